"""The enums of Exosphere's API: the only list of their values."""

from __future__ import annotations

from enum import Enum


class RetryStrategy(str, Enum):
    """The growth of the delay before the next retry of a node."""

    EXPONENTIAL = "EXPONENTIAL"
    """The delay starts at ``backoff_factor`` and is multiplied by ``exponent`` at every retry."""
    EXPONENTIAL_FULL_JITTER = "EXPONENTIAL_FULL_JITTER"
    """A random delay between zero and that of ``EXPONENTIAL``."""
    EXPONENTIAL_EQUAL_JITTER = "EXPONENTIAL_EQUAL_JITTER"
    """A random delay between half of that of ``EXPONENTIAL`` and all of it."""
    LINEAR = "LINEAR"
    """The delay grows by ``backoff_factor`` at every retry."""
    LINEAR_FULL_JITTER = "LINEAR_FULL_JITTER"
    """A random delay between zero and that of ``LINEAR``."""
    LINEAR_EQUAL_JITTER = "LINEAR_EQUAL_JITTER"
    """A random delay between half of that of ``LINEAR`` and all of it."""
    FIXED = "FIXED"
    """The delay is always ``backoff_factor``."""
    FIXED_FULL_JITTER = "FIXED_FULL_JITTER"
    """A random delay between zero and ``backoff_factor``."""
    FIXED_EQUAL_JITTER = "FIXED_EQUAL_JITTER"
    """A random delay between half of ``backoff_factor`` and all of it."""


class UnitesStrategy(str, Enum):
    """When a node that unites branches starts."""

    ALL_SUCCESS = "ALL_SUCCESS"
    """When every branch has succeeded."""
    ALL_DONE = "ALL_DONE"
    """When every branch has ended, in success or failure."""


class ValidationStatus(str, Enum):
    """The result of the state manager's validation of a graph; only a ``VALID`` one can run."""

    VALID = "VALID"
    """The graph can run."""
    INVALID = "INVALID"
    """The graph can't run. A deployment that ends INVALID fails, and says which version is live."""
    PENDING = "PENDING"
    """The state manager is still validating the graph."""
