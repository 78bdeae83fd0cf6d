"""A retry policy in words, with its delays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_exosphere.template.sections import RETRY_POLICY

from .graph_state import Leaf
from .text import Words, value_words

SHOWN = 5
"""Delays that are shown."""
_DEFAULTS = {key: str(value) for key, value in RETRY_POLICY.items() if value is not None}
_FAMILIES = ("EXPONENTIAL", "LINEAR", "FIXED")
_JITTERS = ("_FULL_JITTER", "_EQUAL_JITTER")
_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"))
_LONG = 365 * 86_400_000


def retry_words(policy: Mapping[str, Leaf]) -> Words:
    """Return ``up to 3, exponential: after 2 s, 4 s and 8 s``: how often a failed node is retried, and when."""
    fields = {**_DEFAULTS, **policy}
    known = _known(fields)
    if known is None:
        return _as_given(fields)
    if known.max_retries == 0:
        return ("none",)
    delays = [known.delay(number) for number in range(1, min(known.max_retries, SHOWN) + 1)]
    style = known.family.lower() + known.jitter.lower().replace("_", " ").replace(" ", " with ", 1)
    at_most = "" if known.max_delay is None else f", at most {duration(known.max_delay)}"
    chance = "up to " if known.jitter == "_FULL_JITTER" else ""
    return (f"up to {known.max_retries:,}, {style}: after {chance}{_enumerated(delays, known.max_retries)}{at_most}",)


def changed_retry_words(new: Mapping[str, Leaf], old: Mapping[str, Leaf]) -> tuple[Words, Words]:
    """Return two different policies in words that differ too: field by field if the delays read the same."""
    now, was = retry_words(new), retry_words(old)
    if now != was:
        return now, was
    differing = [key for key in {**new, **old} if new.get(key) != old.get(key)]
    sides = ({key: policy.get(key, "none") for key in differing} for policy in (new, old))
    return _as_given(next(sides)), _as_given(next(sides))


@dataclass(frozen=True)
class _Policy:
    """A policy whose fields are all known; times in milliseconds."""

    max_retries: int
    family: str
    jitter: str
    backoff_factor: int
    exponent: int
    max_delay: int | None

    def delay(self, number: int) -> str:
        """Return the delay before the ``number``-th retry as the state manager calculates it: jitter, then the limit.

        With full jitter it is the longest delay; the shortest is 0.
        """
        delay = self.backoff_factor
        if self.family == "EXPONENTIAL":
            delay *= self.exponent ** (number - 1)
        elif self.family == "LINEAR":
            delay *= number
        high = self._capped(delay)
        if self.jitter == "_FULL_JITTER":
            return duration(high)
        low = self._capped(delay // 2) if self.jitter else high
        return duration(high) if low == high else f"{duration(low)} to {duration(high)}"

    def _capped(self, delay: int) -> int:
        return delay if self.max_delay is None else min(delay, self.max_delay)


def duration(milliseconds: int) -> str:
    """Return ``500 ms``, ``1.5 s``, ``1 h 30 min``: at most two units, and nothing longer than a year."""
    if milliseconds >= _LONG:
        return "more than a year"
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:g} s"
    rest, parts = milliseconds, list[str]()
    for size, unit in _UNITS:
        number, rest = divmod(rest, size)
        parts += [f"{number} {unit}"] if parts or number else []
    return " ".join(part for part in parts[:2] if not part.startswith("0 "))


def _known(fields: Mapping[str, Leaf]) -> _Policy | None:
    numbers = {key: _number(fields[key]) for key in (*_DEFAULTS, "max_delay") if key != "strategy" and key in fields}
    strategy = fields["strategy"]
    jitter = next((one for one in _JITTERS if isinstance(strategy, str) and strategy.endswith(one)), "")
    family = strategy.removesuffix(jitter) if isinstance(strategy, str) else ""
    retries, factor, exponent = (numbers[key] for key in ("max_retries", "backoff_factor", "exponent"))
    if family not in _FAMILIES or retries is None or factor is None or exponent is None or None in numbers.values():
        return None
    return _Policy(retries, family, jitter, factor, exponent, numbers.get("max_delay"))


def _enumerated(delays: list[str], retries: int) -> str:
    if len(set(delays)) == 1 and len(delays) > 1:
        return f"{delays[0]} each"
    if retries > len(delays):
        return ", ".join(delays) + ", ..."
    return " and ".join([", ".join(delays[:-1]), delays[-1]] if len(delays) > 1 else delays)


def _number(value: Leaf) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20 else None


def _as_given(fields: Mapping[str, Leaf]) -> Words:
    """Return the fields as they are; used if one isn't known, or the state manager would reject it."""
    words: Words = ()
    for key in (*_DEFAULTS, "max_delay"):
        if key in fields:
            words += (f"{', ' if words else ''}{key.replace('_', ' ')} ", *value_words(fields[key]))
    return words
