"""The words that Exosphere's API takes: plain strings with the same value are accepted wherever these are."""

from __future__ import annotations

from enum import Enum


class RetryStrategy(str, Enum):
    """How the delay before the next retry of a node grows."""

    EXPONENTIAL = "EXPONENTIAL"
    """The delay starts at ``backoff_factor`` and is multiplied by ``exponent`` with every retry."""
    EXPONENTIAL_FULL_JITTER = "EXPONENTIAL_FULL_JITTER"
    """As ``EXPONENTIAL``, then a random time between nothing and that."""
    EXPONENTIAL_EQUAL_JITTER = "EXPONENTIAL_EQUAL_JITTER"
    """As ``EXPONENTIAL``, then a random time between half of that and that."""
    LINEAR = "LINEAR"
    """The delay grows by ``backoff_factor`` with every retry."""
    LINEAR_FULL_JITTER = "LINEAR_FULL_JITTER"
    """As ``LINEAR``, then a random time between nothing and that."""
    LINEAR_EQUAL_JITTER = "LINEAR_EQUAL_JITTER"
    """As ``LINEAR``, then a random time between half of that and that."""
    FIXED = "FIXED"
    """The delay is always ``backoff_factor``."""
    FIXED_FULL_JITTER = "FIXED_FULL_JITTER"
    """As ``FIXED``, then a random time between nothing and that."""
    FIXED_EQUAL_JITTER = "FIXED_EQUAL_JITTER"
    """As ``FIXED``, then a random time between half of that and that."""


class UnitesStrategy(str, Enum):
    """When a node that unites starts."""

    ALL_SUCCESS = "ALL_SUCCESS"
    """Once every branch that it waits for has succeeded."""
    ALL_DONE = "ALL_DONE"
    """Once every branch that it waits for has ended, in success or failure."""


class ValidationStatus(str, Enum):
    """What the state manager thinks of a graph; only a ``VALID`` one can run."""

    VALID = "VALID"
    """It can run."""
    INVALID = "INVALID"
    """It can't run. A deployment that ends so puts back what was live, or says that it couldn't."""
    PENDING = "PENDING"
    """The state manager is still validating."""
