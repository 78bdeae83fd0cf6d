"""A live graph that the stack takes over: all that is known of it are the paths that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pulumi_exosphere.template.take_over import TakeOver

from .compare import Comparison, Mark, compare
from .graph_state import GraphState
from .node_sentences import Change
from .text import Words, code

_NODES, _TRIGGERS = "nodes.", "triggers."


def take_over_comparison(new: GraphState, found: TakeOver) -> Comparison:
    """Return which nodes are added, changed and removed, as far as the paths say; removed links aren't known."""
    same = compare(new, new)
    added = set(_whole(found.added, new))
    removed = dict.fromkeys(_whole(found.removed, new), Mark.REMOVED)
    paths = [path for path in (*found.overwritten, *found.removed, *found.added) if path.startswith(_NODES)]
    changed = {identifier for path in paths if (identifier := _within(path, new)) is not None}
    nodes = {identifier: _mark(identifier, added, changed) for identifier in same.nodes}
    links = {link: Mark.ADDED if link[0] in added else mark for link, mark in same.links.items()}
    return replace(same, nodes={**nodes, **removed}, links=links)


def take_over_changes(found: TakeOver) -> Iterator[Change]:
    """Yield one sentence for each path."""
    if not found.differs:
        secrets = ", except for the values of its secrets, which can't be compared" if found.secrets else ""
        yield Change(Mark.SAME, (f"exists already and doesn't differ{secrets}",))
    yield from (Change(Mark.REMOVED, (*_named(path), " is removed")) for path in found.removed)
    yield from (Change(Mark.CHANGED, (*_named(path), " is overwritten")) for path in found.overwritten)
    yield from (Change(Mark.ADDED, (*_named(path), " is added")) for path in found.added)
    if found.more:
        yield Change(Mark.CHANGED, ("and more: the preview doesn't name all paths",))


def takes_schedules(found: TakeOver) -> bool:
    """Return whether a live schedule is removed."""
    return any(path.startswith(_TRIGGERS) for path in found.removed)


def _named(path: str) -> Words:
    if path.startswith(_TRIGGERS):
        return ("schedule ", code(path[len(_TRIGGERS) :]))
    return (code(path),)


def _whole(paths: Iterable[str], new: GraphState) -> Iterator[str]:
    """Yield the identifiers of the nodes that are there on one side only."""
    for path in paths:
        if path.startswith(_NODES) and _within(path, new) is None:
            yield path[len(_NODES) :]


def _within(path: str, new: GraphState) -> str | None:
    """Return the node whose field a path names: an identifier may contain dots, so the longest that fits."""
    inside = [one for one in new.nodes if path.startswith(f"{_NODES}{one}.")]
    return max(inside, key=len, default=None)


def _mark(identifier: str, added: set[str], changed: set[str]) -> Mark:
    if identifier in added:
        return Mark.ADDED
    return Mark.CHANGED if identifier in changed else Mark.SAME
