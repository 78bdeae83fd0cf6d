"""A retry policy in words, with the delays that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere.review.leaf_words import value_words
from pulumi_exosphere.review.words import Words, counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi_exosphere.review.state import Leaf

SHOWN = 5
"""How many delays are shown."""
_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms"))
_LONG = 365 * 86_400_000
_JITTERS = {"_FULL_JITTER": 0.0, "_EQUAL_JITTER": 0.5}
_DEFAULTS = {"max_retries": "3", "strategy": "EXPONENTIAL", "backoff_factor": "2000", "exponent": "2"}


def retry_words(policy: Mapping[str, Leaf]) -> Words:
    """``up to 3, EXPONENTIAL: after 2 s, 4 s and 8 s``: how often a node that fails is tried again, and when."""
    fields = {**_DEFAULTS, **policy}
    strategy = fields["strategy"]
    numbers = {
        key: _number(fields[key]) for key in ("max_retries", "backoff_factor", "exponent", "max_delay") if key in fields
    }
    retries, factor, exponent = (numbers[key] for key in ("max_retries", "backoff_factor", "exponent"))
    if (
        not isinstance(strategy, str)
        or None in numbers.values()
        or retries is None
        or factor is None
        or exponent is None
    ):
        return _as_given(fields)
    if retries == 0:
        return ("none: what fails has failed",)
    family, jitter = _family(strategy)
    if family is None:
        return _as_given(fields)
    delays = [_delay(family, n, factor, exponent) for n in range(1, min(retries, SHOWN) + 1)]
    shown = [_range(delay, jitter, numbers.get("max_delay")) for delay in delays]
    words: Words = (f"up to {retries:,}, {_style(strategy)}: after {_enumerated(shown, more=retries > SHOWN)}",)
    if (cap := numbers.get("max_delay")) is not None:
        words += (f", at most {duration(cap)}",)
    return words


def _delay(family: str, number: int, factor: int, exponent: int) -> int:
    """The state manager's delay before the ``number``-th retry, in milliseconds, before jitter."""
    if family == "EXPONENTIAL":
        return int(factor * exponent ** (number - 1))
    return factor * number if family == "LINEAR" else factor


def _range(delay: int, jitter: float | None, cap: int | None) -> str:
    """One delay, or from where to where chance takes it; the cap comes after chance."""
    high = delay if cap is None else min(delay, cap)
    if jitter is None:
        return duration(high)
    low = int(delay * jitter) if delay < 2**53 else int(delay // 2 * 2 * jitter)
    low = low if cap is None else min(low, cap)
    return duration(high) if low == high else f"{duration(low)} to {duration(high)}"


def duration(milliseconds: int) -> str:
    """``1 min 30 s``: two units at the most, and nothing longer than a year."""
    if milliseconds >= _LONG:
        return "more than a year"
    rest, parts = milliseconds, []
    for size, unit in _UNITS:
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number:,} {unit}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts) or "0 s"


def _family(strategy: str) -> tuple[str | None, float | None]:
    for suffix, low in _JITTERS.items():
        if strategy.endswith(suffix):
            return _family(strategy.removesuffix(suffix))[0], low
    return (strategy if strategy in {"EXPONENTIAL", "LINEAR", "FIXED"} else None), None


def _style(strategy: str) -> str:
    return strategy.lower().replace("_full_jitter", " with full jitter").replace("_equal_jitter", " with equal jitter")


def _enumerated(delays: list[str], *, more: bool) -> str:
    if len(set(delays)) == 1 and len(delays) > 1:
        return f"{delays[0]} each"
    if more:
        return ", ".join(delays) + ", ..."
    return " and ".join([", ".join(delays[:-1]), delays[-1]] if len(delays) > 1 else delays)


def _number(value: Leaf) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else None


def _as_given(fields: Mapping[str, Leaf]) -> Words:
    """The fields as they are, where one of them isn't known, or is none that the state manager would take."""
    words: Words = (counted(len(fields), "field"), ": ")
    for number, (key, value) in enumerate(sorted(fields.items())):
        words += (f"{', ' if number else ''}", key.replace("_", " "), " ", *value_words(value))
    return words
