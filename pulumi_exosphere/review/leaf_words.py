"""A single value in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere.review.values import SECRET, Hidden
from pulumi_exosphere.review.words import Words, code
from pulumi_exosphere.spec.placeholders import OPENING, STORE, PlaceholderError, references

if TYPE_CHECKING:
    from pulumi_exosphere.review.state import Leaf


def value_words(value: Leaf) -> Words:
    """A value, or why it can't be shown; a string that is one placeholder as what it stands for."""
    if isinstance(value, Hidden):
        return (code("[secret]") if value is SECRET else "something only known during the update",)
    text = value.strip()
    if text.startswith(OPENING) and text.endswith("}}") and text.count(OPENING) == text.count("}}") == 1:
        try:
            [reference] = references(text)
        except PlaceholderError:
            return (code(value),)
        if reference.identifier == STORE:
            return ("the store's ", code(reference.field, 60))
        return (code(reference.identifier, 60), "'s output ", code(reference.field, 60))
    return (code(value),)
