"""Placeholders in the strings of a node's inputs, and the rules about their references.

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
"""A string without it is plain text, whatever else it contains."""

STORE = "store"
"""The name of the store in placeholders, so no node may have it as its identifier."""


class Reference(NamedTuple):
    """The reference of one placeholder."""

    identifier: str
    """The identifier of the node whose output it is, or `STORE`."""
    field: str
    """The output's name, or the store's key."""


class PlaceholderError(ValueError):
    """A placeholder can't be read; the message says which and why, without repeating any of the string."""


def references(value: str) -> list[Reference]:
    """The references of a string's placeholders, in order, with repetitions.

    Raises:
        PlaceholderError: One isn't closed, or has neither form.
    """
    found = []
    for number, rest in enumerate(value.split(OPENING)[1:], 1):
        content, closing, _ = rest.partition("}}")
        if not closing:
            raise PlaceholderError(f"placeholder {number} isn't closed; write '}}}}' at its end")
        found.append(_reference(content, number))
    return found


def referred_outputs(inputs: Mapping[str, Any]) -> Iterator[Reference]:
    """The outputs of nodes that a node's inputs refer to; strings that can't be read are left out."""
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
        f"placeholder {number} is neither ${{{{ IDENTIFIER.outputs.FIELD }}}} nor ${{{{ store.KEY }}}}; write one"
    )


def inputs(
    nodes: Mapping[str, Node], walked: Walk | None, store_keys: Collection[str] | None, nearest: Nearest
) -> Iterator[Fault]:
    """All rules about inputs.

    Without a walk, references only have to name a node; without store keys, references to the store aren't judged.
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
                message = f"is {kind(value)}, but inputs are strings; {_as_string(value)}"
                yield Fault(path, message, "input_not_a_string")
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


def _as_string(value: object) -> str:
    if isinstance(value, (bool, int, float)):
        return "write it in quotes, or use `.apply(str)` on an output"
    return "write a string, or use `pulumi.Output.json_dumps(...)`"


def _undeclared(path: str, key: str, nearest: Nearest) -> Fault:
    message = (
        f"refers to the store key '{key}', which isn't declared{nearest(key)}; "
        "add it to the store_config's required_keys or default_values"
    )
    return Fault(path, message, "store_key_undeclared")


def _not_a_parent(
    reference: Reference, identifier: str, nodes: Mapping[str, Node], walked: Walk | None, nearest: Nearest
) -> str | None:
    other = reference.identifier
    if other not in nodes:
        return f"refers to '{other}', which isn't a node of this graph{nearest(other)}; name one that runs before"
    if walked is None or walked.is_parent(other, identifier):
        return None
    what = "itself" if other == identifier else f"'{other}', which isn't a parent of '{identifier}'"
    parents, count = walked.parents_of(identifier, SHOWN), walked.parents[identifier].bit_count()
    instead = (
        f"refer to one of its parents: {listed(parents, count)}"
        if parents
        else "it has no parents, so remove the placeholder"
    )
    return f"refers to {what} in the state manager's walk; {instead}"
