"""The values that state holds, by which a moved secret is recognised.

Hooks can't know which values are secret, and the engine hides a value only at the path where the program gave it as a
secret. So whatever may be one is looked for in what somebody wrote to another path.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pulumi_exosphere.template.normalise import free_key


class Length(NamedTuple):
    """How long a value has to be to be recognised in a string: as all of it, and as a part of it."""

    whole: int
    part: int


IN_VALUES = Length(1, 4)
"""In a value at a path that state doesn't hold."""
IN_NAMES = Length(4, 8)
"""In a name: names share short words with ordinary values all the time."""
IN_PLACE = Length(8, 8)
"""In a value at a path where state holds another one: most likely an ordinary value that was changed."""
SECRETS = Length(1, 4)
"""The values of secrets and connections, which are secret for sure, anywhere."""

SHORTEST = 4
"""Characters of the shortest value that is looked for inside of a text."""
UNSHOWN = "[value not shown: refresh its graph, too]"
NAMES = frozenset({"node_name", "namespace", "identifier", "next_nodes", "strategy", "type", "required_keys"})
"""Fields whose strings are names, not values."""

_MARKER = re.compile(r"\[value known from (.*)\]( \(\d+\))?", re.DOTALL)
_REFERENCE = re.compile(r"\s*(\$\{\{[^{}]*\}\}\s*)+")
_SURE = ("secrets", "connection")

Inputs = Mapping[str, Any]


class KnownValues:
    """What is known from a state; ``lost`` are values by path that it held before somebody removed them.

    With ``blind`` there is more to be known that isn't at hand: what changed isn't shown at all.
    """

    def __init__(self, state: Inputs, lost: Mapping[str, str] | None = None, *, blind: bool = False) -> None:
        self._blind = blind
        self._paths: dict[str, str] = {}
        self._sure: set[str] = set()
        for path, value in [*_values(state), *(lost or {}).items()]:
            if isinstance(value, str) and value and not (_REFERENCE.fullmatch(value) or _MARKER.fullmatch(value)):
                self._paths.setdefault(value, path)
                if path.partition(".")[0] in _SURE:
                    self._sure.add(value)
        self._held = set(self._paths.values())
        self._by_length: dict[int, set[str]] = {}
        for value in self._paths:
            if len(value) >= SHORTEST:
                self._by_length.setdefault(len(value), set()).add(value)
        self._order = {value: place for place, value in enumerate(self._paths)}

    def merge(self, old: Any, live: Any, name: str = "") -> Any:
        """``live``, with every known value masked that ``old`` doesn't hold at the same path."""
        if live == old:
            return old
        if isinstance(live, Mapping):
            held = old if isinstance(old, Mapping) else {}
            return {shown: self.merge(held.get(shown), live[key], key) for shown, key in self.keys(held, live)}
        if isinstance(live, list):
            items = old if isinstance(old, list) else []
            shown_items = [item if item in items else self.merge(None, item, name) for item in live]
            return sorted(shown_items) if name == "required_keys" else shown_items  # sorted, as always in state
        if not isinstance(live, str):
            return live
        if isinstance(old, str):
            return self._changed(live, old)
        return self._masked(live, IN_NAMES if name in NAMES else IN_VALUES)

    def keys(self, held: Container[str], live: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Each key of ``live``, masked where ``held`` doesn't have it, with the key itself.

        Two that look the same are numbered.
        """
        taken: set[str] = set()
        for key in sorted(live):  # so that the numbers of those that look the same don't depend on the listing's order
            shown = key if key in held else free_key(self._masked(key, IN_NAMES), taken)
            taken.add(shown)
            yield shown, key

    def left(self, news: Inputs) -> dict[str, str]:
        """The values, by path, that the state ``news`` holds nowhere any more."""
        still = {value for _, value in _values(news) if isinstance(value, str)}
        return {path: value for value, path in self._paths.items() if value not in still}

    def _changed(self, text: str, old: str) -> str:
        """``text`` in place of ``old``, which has the same path: what ``old`` held isn't moved there."""
        masked = self._masked(text, IN_PLACE, besides=old)
        marker = _MARKER.fullmatch(old)
        if marker is not None and self._masked(text, IN_VALUES) == old:
            return old  # it stands for this very value, however short
        if masked == text and marker is not None and marker[1] not in self._held:
            return old  # what it stands for isn't known any more, so that it can't be said not to be this
        return masked

    def _masked(self, text: str, length: Length, besides: str = "") -> str:
        """``text``; where it holds a known value, and ``besides`` doesn't, where that is known from."""
        for value in self._within(text):
            least = Length(*map(min, length, SECRETS)) if value in self._sure else length
            if len(value) >= (least.whole if value == text else least.part) and value not in besides:
                return f"[value known from {self._paths[value]}]"
        return UNSHOWN if self._blind else text

    def _within(self, text: str) -> list[str]:
        """The known values that stand in ``text``: secrets first, then in the order of the state.

        In a big graph that was changed as a whole there are thousands of both, so not each is looked for in each.
        """
        found = {text} & self._paths.keys()
        for length, values in self._by_length.items():
            starts = range(len(text) - length + 1)
            if len(values) <= len(starts):
                found.update(value for value in values if value in text)
            else:
                found.update(values & {text[start : start + length] for start in starts})
        return sorted(found, key=self._order.__getitem__)


def _values(state: Inputs) -> Iterator[tuple[str, Any]]:
    """Every place of a state that may hold a secret, with its path; a graph's, or an attachment's."""
    for section in _SURE:
        for name, value in _items(state.get(section)):
            if (section, name) != ("connection", "uri") or "@" in str(value):  # else it stands in `state_manager`, too
                yield f"{section}.{name}", value
    for identifier, node in _items(state.get("nodes")):
        for field, value in _items(node.get("inputs") if isinstance(node, Mapping) else None):
            yield f"nodes.{identifier}.inputs.{field}", value
    store = state.get("store_config")
    if isinstance(store, Mapping):
        for key, value in _items(store.get("default_values")):
            yield f"store_config.default_values.{key}", value
    for key, value in _items(state.get("default_values")):
        yield f"default_values.{key}", value


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    """The items of a map; none where it is missing, or not known yet."""
    return value.items() if isinstance(value, Mapping) else ()
