"""Placeholders in the strings of a node's inputs, and the rules about what they may refer to.

``${{ IDENTIFIER.outputs.FIELD }}`` refers to a parent, ``${{ store.KEY }}`` to a declared key of the store.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from .messages import SHOWN, Fault, Nearest, kind, listed
from .sections import UNKNOWN
from .walk import Node, Walk

OPENING = "${{"
"""A string without it is plain text, whatever else it holds."""

STORE = "store"
"""Stands where an identifier does, so no node may be called so."""


class Reference(NamedTuple):
    """What one placeholder stands for."""

    identifier: str
    """The node whose output it is, or `STORE`."""
    field: str
    """The output's name, or the store's key."""


class PlaceholderError(ValueError):
    """A placeholder can't be read; the message says which and why, without repeating any of the string."""


def references(value: str) -> list[Reference]:
    """What the placeholders of a string refer to, in order, with repetitions.

    Raises:
        PlaceholderError: One isn't closed, or is of neither form.
    """
    found = []
    for number, rest in enumerate(value.split(OPENING)[1:], 1):
        content, closing, _ = rest.partition("}}")
        if not closing:
            raise PlaceholderError(f"placeholder {number} isn't closed; put '}}}}' after what begins with '{OPENING}'")
        found.append(_reference(content, number))
    return found


def referred_outputs(inputs: Mapping[str, Any]) -> Iterator[Reference]:
    """The outputs of nodes that a node's inputs refer to; strings that can't be read are passed over."""
    for value in inputs.values():
        if isinstance(value, str) and OPENING in value:
            with suppress(PlaceholderError):
                yield from (one for one in dict.fromkeys(references(value)) if one.identifier != STORE)


def _reference(content: str, number: int) -> Reference:
    parts = [part.strip() for part in content.split(".")]
    # `store.outputs.KEY` is read as a node's output and then looked up in the store, like `store.KEY`.
    if len(parts) == 3 and parts[1] == "outputs":
        return Reference(parts[0], parts[2])
    if len(parts) == 2 and parts[0] == STORE:
        return Reference(STORE, parts[1])
    raise PlaceholderError(
        f"placeholder {number} is neither ${{{{ IDENTIFIER.outputs.FIELD }}}} nor ${{{{ store.KEY }}}}; write it as one"
    )


def inputs(
    nodes: Mapping[str, Node], walked: Walk | None, store_keys: Collection[str] | None, nearest: Nearest
) -> Iterator[Fault]:
    """Everything about inputs.

    Without a walk references only have to name a node; without store keys those that are referred to aren't judged.
    """
    nearest_key = Nearest(store_keys or ())
    for identifier, node in nodes.items():
        for field, value in node.inputs.items():
            if isinstance(value, str):
                if OPENING not in value:
                    continue
            elif value is UNKNOWN:
                continue
            path = f"nodes.{identifier}.inputs.{field}"
            if not isinstance(value, str):
                yield Fault(path, f"is {kind(value)}, and inputs are strings; write it as one", "input_not_a_string")
                continue
            try:
                found = references(value)
            except PlaceholderError as error:
                yield Fault(path, str(error), "placeholder_syntax")
                continue
            for reference in dict.fromkeys(found):
                if reference.identifier == STORE:
                    if store_keys is not None and reference.field not in store_keys:
                        yield _undeclared(path, reference.field, nearest_key)
                elif reason := _not_a_parent(reference, identifier, nodes, walked, nearest):
                    yield Fault(path, reason, "reference_not_a_parent")


def _undeclared(path: str, key: str, nearest: Nearest) -> Fault:
    message = (
        f"refers to the store's key '{key}', which isn't declared{nearest(key)}; "
        "add it to the store_config's required_keys or default_values"
    )
    return Fault(path, message, "store_key_undeclared")


def _not_a_parent(
    reference: Reference, identifier: str, nodes: Mapping[str, Node], walked: Walk | None, nearest: Nearest
) -> str | None:
    other = reference.identifier
    if other not in nodes:
        return (
            f"refers to '{other}', which is no node of this graph{nearest(other)}; name one that runs before this one"
        )
    if walked is None or walked.is_parent(other, identifier):
        return None
    what = "itself" if other == identifier else f"'{other}', which isn't a parent of '{identifier}'"
    parents, count = walked.parents_of(identifier, SHOWN), walked.parents[identifier].bit_count()
    instead = (
        f"refer to one of its parents: {listed(parents, count)}" if parents else "it has no parents: refer to none"
    )
    return f"refers to {what}, as the state manager walks the graph; {instead}"
