from __future__ import annotations

import ast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pulumi_exosphere.export import literals


@given(st.text())
@example("'\"\\\n" * 50)
@example("{}\r\n\u2028\x0b" * 40)
@example("\ud800" * 200)
def test_a_string_comes_back_as_it_was(text: str) -> None:
    """Whatever is in a string, its source is a literal of that string."""
    assert ast.literal_eval(literals.string(text)) == text


def test_a_long_text_is_written_line_by_line() -> None:
    """A change of one line of a long text is a change of one line of the program."""
    lines = [f"line {number} of a long text\n" for number in range(5)]

    assert literals.string("".join(lines)).strip("()").splitlines() == [repr(line) for line in lines]


@given(st.text())
@example('"""\nimport os')
@example("# \x0c\u2028import os")
@example("\\N{nothing}\\u12")
def test_nothing_shown_becomes_code(text: str) -> None:
    """Comments and docstrings hold whatever was live, and stay comments and docstrings."""
    module = ast.parse(f'"""{literals.shown(text)}"""\n{literals.comment(text)}\n')

    assert [type(statement) for statement in module.body] == [ast.Expr]


@given(st.dictionaries(st.text(), st.text()))
def test_a_map_is_sorted(values: dict[str, str]) -> None:
    """The order of a map means nothing, so it doesn't decide how the program looks."""
    source = literals.mapping({key: literals.string(value) for key, value in values.items()})

    assert list(ast.literal_eval(source).items()) == sorted(values.items())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (literals.call("f"), "f()"),
        (literals.call("f", "1", a="2", b=None), "f(1, a=2)"),
        (literals.strings(["a", "b"]), "['a',\n'b']"),
    ],
    ids=["nothing given", "without what is None", "a list"],
)
def test_source(source: str, expected: str) -> None:
    """Source is put together from source."""
    assert source == expected
