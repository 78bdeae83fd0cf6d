from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.export.naming import TAKEN, camel_case, distinct, snake_case


@pytest.mark.parametrize(
    ("name", "camel", "snake"),
    [
        ("warehouse_password", "warehousePassword", "warehouse_password"),
        ("API-KEY", "apiKey", "api_key"),
        ("dailyReport", "dailyReport", "daily_report"),
        ("HTTPServer2Key", "httpServer2Key", "http_server2_key"),
        ("2fa", "other2fa", "other_2fa"),
        ("naïve ☕", "naive", "naive"),
        ("日次", "other", "other"),
        ("", "other", "other"),
        ("class", "class", "class_other"),
        ("print", "print", "print_other"),
        ("pulumi", "pulumi", "pulumi_other"),
    ],
)
def test_styles(name: str, camel: str, snake: str) -> None:
    """A name becomes a configuration key and a variable that a person would choose."""
    assert (camel_case(name, "other"), snake_case(name, "other")) == (camel, snake)


@given(st.text())
def test_a_variable_is_one(name: str) -> None:
    """Whatever a graph is called, its variable is an ASCII identifier that shadows nothing."""
    variable = snake_case(name, "graph")

    assert variable.isidentifier()
    assert variable.isascii()
    assert not keyword.iskeyword(variable)
    assert variable not in TAKEN


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({1: ["a", "xa"], 2: ["b", "xb"]}, {1: "a", 2: "b"}),
        ({1: ["a", "xa"], 2: ["a", "ya"]}, {1: "xa", 2: "ya"}),
        ({1: ["a"], 2: ["a"], 3: ["a"]}, {1: "a", 2: "a_2", 3: "a_3"}),
        ({1: ["a"], 2: ["a"], 3: ["a_2"]}, {1: "a", 2: "a_3", 3: "a_2"}),
        ({1: ["a", "b"], 2: ["b", "c"], 3: ["a", "d"]}, {1: "b", 2: "c", 3: "d"}),
    ],
    ids=["short", "more telling", "numbered", "a number is taken", "one's second is another's first"],
)
def test_distinct(wanted: dict[int, list[str]], expected: dict[int, str]) -> None:
    """Each gets the shortest name that nothing else wants, or a number."""
    assert distinct(wanted) == expected


@given(st.dictionaries(st.integers(), st.lists(st.sampled_from(["a", "b", "a_2", "ab"]), min_size=1), max_size=12))
def test_no_name_is_given_twice(wanted: dict[int, list[str]]) -> None:
    """Each gets a name of its own, whatever names are wanted."""
    names = distinct(wanted)

    assert len(set(names.values())) == len(wanted)


def test_names_of_any_length_fit_a_file_system() -> None:
    """A namespace of 300 letters gets a module of at most 80, and two that differ only after that get two modules."""
    assert len(snake_case("n" * 300, "graph")) == 80
    assert len(camel_case("s" * 300, "secret")) == 80
    long = [snake_case("n" * 300 + end, "graph") for end in ("a", "b")]
    assert len(set(distinct({"a": [long[0]], "b": [long[1]]}).values())) == 2
