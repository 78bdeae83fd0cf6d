"""The rules about the three sections: their shape, and values that the state manager accepts but fails on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from .messages import Fault, Nearest, kind, null_in_key
from .normalise import repeated
from .sections import RETRY_STRATEGIES, UNKNOWN, is_unknown_expression
from .triggers import CRON, KINDS, trigger_label

EXACT = 2**53
"""Pulumi's engine has numbers as floats, which are exact up to here."""

_LEAST = {"max_retries": 0, "backoff_factor": 1, "exponent": 1, "max_delay": 1}


def retry_policy(policy: Any) -> Iterator[Fault]:
    """Whole numbers within their bounds, and one of the strategies."""
    if not isinstance(policy, dict):
        yield from _not_an_object("retry_policy", policy)
        return
    strategy = policy["strategy"]
    if strategy is not UNKNOWN and strategy not in RETRY_STRATEGIES:
        near = Nearest(RETRY_STRATEGIES)(strategy.upper()) if isinstance(strategy, str) else ""
        message = f"isn't a retry strategy{near}; write one of {', '.join(RETRY_STRATEGIES)}"
        yield Fault("retry_policy.strategy", message, "shape")
    for key, least in _LEAST.items():
        value = policy[key]
        if value is UNKNOWN or (key == "max_delay" and value is None):
            continue
        path = f"retry_policy.{key}"
        if not isinstance(value, int):
            yield Fault(path, f"is {_no_integer(value)}; write a whole number", "shape")
        elif value < least:
            yield Fault(path, f"is less than {least}; write {least} or more", "shape")
        elif value >= 2**63:
            yield Fault(path, "is too big for the state manager; write a number below 2^53", "integer_too_big")
        elif value > EXACT:
            yield Fault(path, "is above 2^53, and Pulumi rounds such numbers; write a smaller one", "integer_rounded")


def store_config(config: Any) -> Iterator[Fault]:
    """Keys without dots, each once, and defaults that are strings."""
    if not isinstance(config, dict):
        yield from _not_an_object("store_config", config)
        return
    required, defaults = config["required_keys"], config["default_values"]
    if isinstance(required, list):
        yield from _keys("store_config.required_keys", required)
    elif required is not UNKNOWN:
        yield Fault("store_config.required_keys", f"is {kind(required)}; write a list of keys", "shape")
    path = "store_config.default_values"
    if not isinstance(defaults, dict):
        if defaults is not UNKNOWN:
            yield Fault(path, f"is {kind(defaults)}; write a map of keys to strings", "shape")
        return
    yield from _keys(path, [key.strip() for key in defaults])
    for key, value in defaults.items():
        if value is not UNKNOWN and not isinstance(value, str):
            yield Fault(f"{path}.{key}", f"is {kind(value)}; write a string", "shape")


def _keys(path: str, keys: Sequence[Any]) -> Iterator[Fault]:
    counts = Counter(key for key in keys if isinstance(key, str))
    for key, count in counts.items():
        if not key:
            yield Fault(path, "contains an empty key; write one, or leave it out", "shape")
        if "." in key:
            yield Fault(path, f"the key '{key}' contains a dot, which no placeholder can; write it without", "shape")
        if "\0" in key:
            yield null_in_key(f"{path}.{key}")
        if count > 1:
            yield Fault(path, f"contains the key '{key}' twice, apart from spaces; write it once", "shape")
    for key in keys:
        if not isinstance(key, str) and key is not UNKNOWN:
            yield Fault(path, f"contains {kind(key)}; write keys as strings", "shape")


def triggers(expressions: Any) -> Iterator[Fault]:
    """Each key is right for its kind, and is given once. Expressions that aren't known yet are left out."""
    if not isinstance(expressions, dict):
        yield from _not_an_object("triggers", expressions)
        return
    for expression, trigger in expressions.items():
        path = f"triggers.{expression}"
        if trigger is UNKNOWN or is_unknown_expression(expression):
            continue
        other = repeated(expression, expressions) if expression.endswith(")") else None
        if other is not None:
            yield Fault(path, f"the {trigger_label(other)} is given twice; give it once", "duplicate_trigger")
            continue
        kind = trigger["type"] if isinstance(trigger, dict) else None
        if kind is not UNKNOWN and kind not in KINDS:
            yield Fault(path, f"isn't of type {' or '.join(KINDS)}; write that", "shape")
            kind = UNKNOWN
        for rule, message in (CRON if kind is UNKNOWN else KINDS[kind]).problems(expression):
            yield Fault(path, message, rule)


def _not_an_object(path: str, value: Any) -> Iterator[Fault]:
    if value is not UNKNOWN:
        yield Fault(path, f"is {kind(value)}; write its fields", "shape")


def _no_integer(value: Any) -> str:
    return "not whole" if isinstance(value, float) else "no whole number" if isinstance(value, str) else kind(value)
