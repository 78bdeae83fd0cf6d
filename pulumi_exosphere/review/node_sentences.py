"""The changes of a graph's nodes, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from .compare import Comparison, Mark, reordered
from .graph_state import Leaf, Node, Unites
from .text import Words, changed_words, code, listed, names, value_words
from .values import SECRET, Hidden

Nodes = Mapping[str, Node]


@dataclass(frozen=True)
class Change:
    """One change, as a sentence."""

    mark: Mark
    words: Words


def node_changes(before: Nodes, after: Nodes, comparison: Comparison) -> Iterator[Change]:
    """Yield one sentence or more for every node that changes, in the order of the walk."""
    led_before = _led_to(before, comparison.renamed, comparison.uncertain)
    led_now, led_after = _led_to(after, {}, comparison.uncertain), _led_to(after, {})
    all_known = not any(node.links_hidden for node in after.values())
    new_names = {new: old for old, new in comparison.renamed.items()}
    for identifier, mark in comparison.nodes.items():
        first = all_known and identifier not in led_after
        if identifier in new_names:
            old_name = new_names[identifier]
            now, was = changed_words(identifier, old_name)
            yield Change(Mark.CHANGED, (*was, " is now called ", *now))
            old_node, new_node = before[old_name], after[identifier]
        elif mark is Mark.ADDED:
            yield Change(Mark.ADDED, _added(identifier, after[identifier], led_after.get(identifier, []), first=first))
            continue
        elif identifier in comparison.renamed:
            continue
        elif mark is Mark.REMOVED:
            runs = before[identifier].node_name
            yield Change(mark, ("node ", code(identifier), " (", *value_words(runs), ") is removed"))
            continue
        else:
            old_node, new_node = before[identifier], after[identifier]
        sentences = [
            *_led(identifier, led_before.get(identifier, []), led_now.get(identifier, []), first=first),
            *_changed(identifier, old_node, new_node),
        ]
        yield from (Change(Mark.CHANGED, words) for words in sentences)
        yield from _order(identifier, old_node, new_node, comparison.renamed)


def _added(identifier: str, node: Node, led_to: list[str], *, first: bool) -> Words:
    words: Words = ("new node ", code(identifier), " runs ", *value_words(node.node_name))
    words += (", after ", *names(led_to)) if led_to else (", first",) if first else ()
    if node.unites:
        words += (", once ", *_waits_for(node.unites))
    if node.inputs:
        inputs = [(code(field, 60), ": ", *value_words(value)) for field, value in node.inputs.items()]
        words += ("; inputs ", *listed(inputs))
    if node.links_hidden:
        words += (f"; what runs after it is {_why(node.links_hidden)}",)
    return words


def _led(identifier: str, before: list[str], now: list[str], *, first: bool) -> Iterator[Words]:
    """Yield what a node now runs after, and what it no longer does."""
    added = [one for one in now if one not in before]
    gone = [one for one in before if one not in now]
    me = code(identifier)
    if added:
        yield (me, " now runs after ", *names(added), *((", no longer after ", *names(gone, "or")) if gone else ()))
    elif gone:
        yield (me, " no longer runs after ", *names(gone, "or"), *((": it is first now",) if first else ()))


def _changed(identifier: str, old: Node, new: Node) -> Iterator[Words]:
    me = code(identifier)
    if old.node_name != new.node_name:
        now, was = changed_words(new.node_name, old.node_name)
        yield (me, " now runs ", *now, ", was ", *was)
    if old.namespace != new.namespace:
        now, was = changed_words(new.namespace, old.namespace)
        yield (me, " now takes its node from namespace ", *now, ", was ", *was)
    yield from _input_changes(identifier, old.inputs, new.inputs)
    if new.unites and old.unites != new.unites:
        yield (me, " now waits until ", *_waits_for(new.unites))
    elif old.unites and not new.unites:
        yield (me, " no longer waits for the branches from ", *value_words(old.unites.identifier))
    if new.links_hidden and new.links_hidden != old.links_hidden:
        yield ("which nodes run after ", me, f" is {_why(new.links_hidden)}")
    elif old.links_hidden and not new.links_hidden:
        yield ("which nodes ran after ", me, " can't be shown, so its links aren't compared")
    if new.hidden and new.hidden != old.hidden:
        yield ("a part of ", me, f" is {_why(new.hidden)}")


def _input_changes(identifier: str, old: Mapping[str, Leaf], new: Mapping[str, Leaf]) -> Iterator[Words]:
    me = code(identifier)
    for field in {**new, **old}:
        if field not in old:
            yield (me, ": new input ", code(field), ": ", *value_words(new[field]))
        elif field not in new:
            yield (me, ": input ", code(field), " is removed")
        elif old[field] != new[field]:
            now, was = changed_words(new[field], old[field])
            yield (me, ": input ", code(field), " is now ", *now, ", was ", *was)


def _order(identifier: str, old: Node, new: Node, renamed: Mapping[str, str]) -> Iterator[Change]:
    if reordered(old, new, renamed):
        words = (code(identifier), " starts its next nodes in another order: ", *names(new.next_nodes, "then"))
        yield Change(Mark.CHANGED, words)


def _waits_for(unites: Unites) -> Words:
    end = "is finished, successful or not" if unites.strategy == "ALL_DONE" else "has succeeded"
    return ("every branch from ", *value_words(unites.identifier), f" {end}")


def _why(hidden: Hidden) -> str:
    return "secret and can't be shown" if hidden is SECRET else "known only during the update"


def _led_to(nodes: Nodes, renamed: Mapping[str, str], without: Collection[str] = ()) -> dict[str, list[str]]:
    """Return for each node the nodes it runs after, by their names after the update."""
    found: dict[str, list[str]] = {}
    for identifier, node in nodes.items():
        for target in () if identifier in without else node.next_nodes:
            found.setdefault(renamed.get(target, target), []).append(renamed.get(identifier, identifier))
    return found
