from __future__ import annotations

import pytest

from pulumi_exosphere.template.references import PlaceholderError, Reference, references, referred_outputs


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("plain ${x} {{y}} ${ {z} }", []),
        ("${{ a.outputs.b }}", [("a", "b")]),
        ("${{a.outputs.b}}", [("a", "b")]),
        ("${{\ta . outputs\n. b  }}", [("a", "b")]),
        ("x${{ a.outputs.b }}y${{ store.k }}z}}", [("a", "b"), ("store", "k")]),
        ("${{ store.outputs.k }}", [("store", "k")]),
        ("${{ a.outputs. }}", [("a", "")]),
        ("${{ store. }}", [("store", "")]),
        ("${{ .outputs.b }}", [("", "b")]),
        ("$${{ a.outputs.b }}", [("a", "b")]),
    ],
)
def test_references(value: str, found: list[tuple[str, str]]) -> None:
    """Placeholders are found wherever they occur, with or without spaces in them."""
    assert references(value) == [Reference(*one) for one in found]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("${{", "placeholder 1 isn't closed"),
        ("${{ a.outputs.b }", "placeholder 1 isn't closed"),
        ("${{ a.outputs.b }} ${{ c", "placeholder 2 isn't closed"),
        ("${{${{a.outputs.b}}}}", "placeholder 1 isn't closed"),
        ("${{ a.b }}", "placeholder 1 is neither"),
        ("${{ store.a.b }}", "placeholder 1 is neither"),
        ("${{ a.outputs.b.c }}", "placeholder 1 is neither"),
        ("${{ a.Outputs.b }}", "placeholder 1 is neither"),
        ("${{}}", "placeholder 1 is neither"),
    ],
)
def test_malformed(value: str, message: str) -> None:
    """Text that is neither form is an error that says which placeholder it is, without repeating it."""
    with pytest.raises(PlaceholderError, match=message):
        references(value)


def test_referred_outputs() -> None:
    """The outputs that inputs refer to are returned, each once per string; unreadable placeholders are skipped."""
    inputs = {"a": "${{ x.outputs.y }}${{ x.outputs.y }}", "b": "${{ store.k }}", "c": "${{", "d": 5, "e": "text"}
    assert list(referred_outputs(inputs)) == [Reference("x", "y")]
