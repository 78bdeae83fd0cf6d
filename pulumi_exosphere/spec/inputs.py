"""The rules about nodes' inputs: strings, with placeholders that refer to parents and to declared store keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere.spec.fault import Fault
from pulumi_exosphere.spec.placeholders import OPENING, STORE, PlaceholderError, Reference, references
from pulumi_exosphere.spec.unknown import UNKNOWN
from pulumi_exosphere.spec.wording import SHOWN, Nearest, kind, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pulumi_exosphere.spec.node import Node
    from pulumi_exosphere.spec.walk import Walk


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
