"""Placeholders in the strings of a node's inputs: ``${{ IDENTIFIER.outputs.FIELD }}`` and ``${{ store.KEY }}``."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
