"""Keep a value that someone moved within a graph from being stored in clear.

The engine hides a value only at the path where the program gave it as a secret, and hooks can't know which values those
are. So every value that state contains is looked for in what changed, in all usual spellings (`spellings`). A string
that contains one is stored as a secret; a name, which can't be one (it is a key, or an item of a list), is replaced.

Measured with CLI 3.259 and SDK 3.272: a value that ``read`` returns as a secret deep inside a map, in outputs and in
inputs, is encrypted in state at that path and shown as ``[secret]`` everywhere, with ``--show-secrets`` too. The engine
marks what later hooks return at that path as secret again, until the program's next update. One secret inside a list
makes the engine hide the whole list from the second refresh on, which would be one more change.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from pulumi_exosphere.spellings import PIECE, SHORTEST, Finder, Reading
from pulumi_exosphere.template.normalise import free_key

UNSHOWN = "[value not shown: refresh its graph, too]"
NAMES = frozenset({"node_name", "namespace", "identifier", "next_nodes", "strategy", "type", "required_keys"})
"""Fields whose strings are names, not values."""

_MARKER = re.compile(r"\[value known from (.*)\]( \(\d+\))?", re.DOTALL)
_REFERENCE = re.compile(r"\s*(\$\{\{[^{}]*\}\}\s*)+")
_SURE = ("secrets", "connection")

Inputs = Mapping[str, Any]


class Secret(str):
    """A string that the engine is to store as a secret; equal to the plain string."""

    __slots__ = ()


class Lengths(NamedTuple):
    """The least length at which a value that may be ordinary is recognised: as a whole string, and inside one.

    The values of secrets and connections are recognised at any length as a whole, and from `SHORTEST` on inside.
    """

    whole: int
    inside: int


NEW_VALUE = Lengths(1, SHORTEST)
"""In a value at a path that state doesn't have."""
NAME = Lengths(SHORTEST, PIECE)
"""In a name: names and ordinary values have many short words in common."""
CHANGED_VALUE = Lengths(PIECE, PIECE)
"""In a value at a path where state has another one: most likely an ordinary value that was changed."""


class KnownValues:
    """The values of a state, by path.

    Args:
        state: A graph's state, or an attachment's.
        lost: More values by path: what someone removed from the graph.
        blind: There are more values that aren't at hand, so nothing that changed is shown.
    """

    def __init__(self, state: Inputs, lost: Mapping[str, str] | None = None, *, blind: bool = False) -> None:
        self._blind = blind
        self._paths: dict[str, list[str]] = {}
        earlier = lost or {}
        # Where a value was lost another one may be now; a name that has the lost one's marker keeps it.
        for path, value in [*earlier.items(), *sorted(_strings(state), key=lambda found: found[0] in earlier)]:
            if value and not (_REFERENCE.fullmatch(value) or _MARKER.fullmatch(value)):
                self._paths.setdefault(value, []).append(path)
        self._harmless: set[str] = set()
        self._places = {value: place for place, value in enumerate(self._paths)}

    def merge(self, old: Any, live: Any, name: str = "") -> Any:
        """Return ``live``, with every known value hidden that ``old`` doesn't have at the same path."""
        if live == old:
            return old
        # Most changes contain no known value, and looking once in all that is new is faster than in each string.
        new = set(_texts(live)).difference(_texts(old))
        if not any(self._contained("\0".join(sorted(new)), NEW_VALUE)):
            self._harmless |= new
        return self._merged(old, live, name)

    def _merged(self, old: Any, live: Any, name: str = "") -> Any:
        if live == old:
            return old
        if isinstance(live, Mapping):
            held = old if isinstance(old, Mapping) else {}
            return {shown: self._merged(held.get(shown), live[key], key) for shown, key in self.keys(held, live)}
        if isinstance(live, list):  # of names: with one secret in it, the engine would hide the whole list
            items = old if isinstance(old, list) else []
            shown = [item if item in items or not isinstance(item, str) else self._name(item, items) for item in live]
            return sorted(shown) if name == "required_keys" else shown  # sorted, as always in state
        if not isinstance(live, str):
            return live
        before = old if isinstance(old, str) else ""
        if self._stands_for(before, live):
            return old
        if name in NAMES:
            return self._name(live, (), before)
        hidden = self._blind or any(self._values_in(live, CHANGED_VALUE if before else NEW_VALUE, before))
        return Secret(live) if hidden else live

    def keys(self, held: Container[str], live: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield each key of ``live``, replaced if it isn't in ``held`` and contains a known value, with the key itself.

        Two that are replaced by the same text are numbered.
        """
        taken: set[str] = set()
        for key in sorted(live):  # so that the numbers don't depend on the listing's order
            shown = key if key in held else free_key(self._name(key, held), taken)
            taken.add(shown)
            yield shown, key

    def left(self, news: Inputs) -> dict[str, str]:
        """Return the values, by path, that the state ``news`` doesn't have at their paths any more."""
        still = set(_strings(news))
        lost: dict[str, str] = {}
        for value, paths in self._paths.items():
            for path in paths:
                if (path, value) not in still:
                    lost[free_key(path, lost)] = value
        return lost

    def _stands_for(self, marker: str, live: str) -> bool:
        """Whether ``marker``, which state has instead of a value, may stand for this one."""
        found = _MARKER.fullmatch(marker)
        if found is None:
            return False
        paths = self._find(live, NEW_VALUE)
        still_known = any(found[1] in known for known in self._paths.values())
        return found[1] in paths or not (paths or still_known)

    def _name(self, name: str, held: Container[str] = (), not_in: str = "") -> str:
        """Return ``name``, or what replaces it: what is in ``held`` already, if that fits."""
        paths = self._find(name, CHANGED_VALUE if not_in else NAME, not_in)
        markers = [f"[value known from {path}]" for path in paths]
        if markers:
            return next((marker for marker in markers if marker in held), markers[0])
        return UNSHOWN if self._blind else name

    def _find(self, text: str, lengths: Lengths, not_in: str = "") -> list[str]:
        """Return the paths of the known values that ``text`` contains, and ``not_in`` doesn't; secrets first."""
        found = sorted(set(self._values_in(text, lengths, not_in)), key=self._places.__getitem__)
        paths = [path for value in found for path in self._paths[value]]
        return sorted(paths, key=lambda path: path.partition(".")[0] not in _SURE)

    def _values_in(self, text: str, lengths: Lengths, not_in: str) -> Iterator[str]:
        if text in self._paths and text not in not_in and (len(text) >= lengths.whole or _is_sure(self._paths[text])):
            yield text
        if text not in self._harmless:
            yield from self._contained(text, lengths, not_in)

    def _contained(self, text: str, lengths: Lengths, not_in: str = "") -> Iterator[str]:
        reading, other = Reading(text), Reading(not_in)
        yield from self._secrets.find(reading, other)
        yield from self._others.find(reading, other, shortest=lengths.inside)

    @cached_property
    def _secrets(self) -> Finder:
        return _finder(tuple(value for value, paths in self._paths.items() if _is_sure(paths)))

    @cached_property
    def _others(self) -> Finder:
        return _finder(tuple(value for value, paths in self._paths.items() if not _is_sure(paths)), ordinary=True)


@lru_cache(maxsize=32)
def _finder(values: tuple[str, ...], *, ordinary: bool = False) -> Finder:
    """Return the finder of these values; graphs with the same secrets share one."""
    return Finder(values, ordinary=ordinary)


def _is_sure(paths: Iterable[str]) -> bool:
    """Whether a value with these paths is a secret for sure."""
    return any(path.partition(".")[0] in _SURE for path in paths)


def _strings(state: Inputs) -> Iterator[tuple[str, str]]:
    return ((path, value) for path, value in _values(state) if isinstance(value, str))


def _values(state: Inputs) -> Iterator[tuple[str, Any]]:
    """Yield every value of a state that may be a secret, with its path; a graph's, or an attachment's."""
    for section in _SURE:
        for name, value in _items(state.get(section)):
            if (section, name) != ("connection", "uri") or "@" in str(value):  # otherwise `state_manager` shows it too
                yield f"{section}.{name}", value
            for key, part in _items(value):  # the headers of a connection
                yield f"{section}.{name}.{key}", part
    for identifier, node in _items(state.get("nodes")):
        for field, value in _items(node.get("inputs") if isinstance(node, Mapping) else None):
            yield f"nodes.{identifier}.inputs.{field}", value
    store = state.get("store_config")
    if isinstance(store, Mapping):
        for key, value in _items(store.get("default_values")):
            yield f"store_config.default_values.{key}", value
    for key, value in _items(state.get("default_values")):
        yield f"default_values.{key}", value


def _texts(value: Any) -> Iterator[str]:
    """Yield every string in a part of a state, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    """Return the items of a map; none if it is missing, or not known yet."""
    return value.items() if isinstance(value, Mapping) else ()
