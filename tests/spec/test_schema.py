from __future__ import annotations

from typing import Any

import pytest

from pulumi_exosphere.spec.schema import strings


@pytest.mark.parametrize(
    ("part", "is_string"),
    [
        ({"type": "string"}, True),
        ({"type": "string", "default": "x"}, True),
        ({"type": "string", "minLength": 3, "pattern": "a"}, True),
        ({"type": "string", "format": "email"}, True),
        ({"type": ["string"]}, True),
        ({"type": "text"}, True),
        ({"$ref": "#/$defs/Name"}, True),
        ({"$ref": "#/$defs/Again"}, True),
        ({"type": "string", "format": "date-time"}, False),
        ({"type": "string", "format": "uuid"}, False),
        ({"type": "string", "enum": ["a"]}, False),
        ({"const": "a"}, False),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, False),
        ({"type": ["string", "null"]}, False),
        ({"type": "integer"}, False),
        ({"type": "object"}, False),
        ({"$ref": "#/$defs/Loop"}, False),
        ({"$ref": "#/$defs/nothing"}, False),
        ({}, False),
        (True, False),
    ],
    ids=repr,
)
def test_what_is_a_string(part: Any, is_string: bool) -> None:
    """What the state manager makes a plain string of is one, whether it is required or not."""
    defs = {"Name": {"type": "string"}, "Again": {"$ref": "#/$defs/Name"}, "Loop": {"$ref": "#/$defs/Loop"}}
    assert strings({"properties": {"field": part}, "$defs": defs}) == {"field": is_string}


@pytest.mark.parametrize("schema", [None, {}, {"type": "object", "properties": None}])
def test_a_schema_without_fields(schema: dict[str, Any] | None) -> None:
    """A schema may have no fields at all."""
    assert strings(schema) == {}
