"""A value is recognised in a text, however an ordinary tool has encoded it there."""

from __future__ import annotations

import base64
import html
import json
import random
import shlex
import textwrap
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_exosphere.spellings import LONG_PIECE, PIECE, SHORTEST, Finder, Reading
from tests.support.brevity import examples

if TYPE_CHECKING:
    from collections.abc import Callable

_KEY = base64.b64encode(random.Random(1).randbytes(600)).decode()  # Like a key, but not one.
VALUES = {
    "key": "\n".join(["-----BEGIN PRIVATE KEY-----", *textwrap.wrap(_KEY, 64), "-----END PRIVATE KEY-----", ""]),
    "password": 'pä/"ss\n&\\w$ört-1',
    "word": "hunter2",
    "short": "s3cr",
    "sentence": "correct horse battery staple",
    "short lines": "ab\ncd\nef\n",
    "not Latin": "日本語の秘密",
    "beyond 16 bits": "𠀀𠀁𠀂𠀃x",
    "symbols": "!!@@##%%",
    "looks escaped": "C:\\new\\x41%41&lt",
    "JSON": '{"type": "service_account", "private_key": "-----BEGIN\\nMIIEv\\n"}',
}
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON, not ASCII": lambda value: json.dumps(value, ensure_ascii=False),
    "JSON in JSON": lambda value: json.dumps({"a": json.dumps({"b": json.dumps(value)})}),
    "CRLF": lambda value: value.replace("\n", "\r\n"),
    "literal \\n": lambda value: value.replace("\n", "\\n"),
    "literal \\r\\n": lambda value: value.replace("\n", "\\r\\n"),
    "in one line": lambda value: " ".join(value.split("\n")),
    "without the last line break": lambda value: value.rstrip("\n"),
    "percent-encoded": lambda value: f"postgres://app:{quote(value, safe='')}@db/main",
    "percent-encoded, small letters": lambda value: quote(value, safe="").lower() if value.islower() else quote(value),
    "percent-encoded twice": lambda value: quote(quote(value, safe=""), safe=""),
    "form": lambda value: f"a=b&c={quote_plus(value)}&d",
    "HTML": lambda value: f"<b>{html.escape(value)}</b>",
    "XML": lambda value: "".join(f"&#x{ord(character):x};" for character in value),
    "shell": shlex.quote,
    "YAML": lambda value: "key: |\n" + textwrap.indent(value, "    "),
    "YAML or SQL, single quotes": lambda value: "'" + value.replace("'", "''") + "'",
    "Python": repr,
    "Python, bytes": lambda value: repr(value.encode()),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64, lines": lambda value: base64.encodebytes((value * 9).encode()).decode(),
    "base64, lines in JSON": lambda value: json.dumps(base64.encodebytes((value * 9).encode()).decode()),
    "base64, URL, no padding": lambda value: base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
    "hex": lambda value: value.encode().hex(),
    "data URL": lambda value: f"data:text/plain;base64,{quote(base64.b64encode(value.encode()).decode())}",
    "Docker's config": lambda value: json.dumps({"auths": {"hub": {"auth": basic("me", value)}}}),
    "Docker's config in a Kubernetes secret": lambda value: base64.b64encode(
        json.dumps({"auths": {"hub": {"auth": basic("me", value)}}}).encode()
    ).decode(),
    "Basic, user of 1": lambda value: f"Basic {basic('u', value)}",
    "Basic, user of 2": lambda value: f"Basic {basic('us', value)}",
    "Basic, user of 3": lambda value: f"Basic {basic('use', value)}",
}
ORDINARY = (
    "lake",
    "orders",
    "true",
    "0 9 * * 1-5",
    "s3://company-lake/orders/2026",
    "https://api.example.com/v2/customers",
    "arn:aws:s3:::company-data-lake",
    "${{ extract.outputs.rows }}",
    "The quick brown fox jumps over the lazy dog. " * 3,
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
)


def basic(user: str, password: str) -> str:
    """Return the Basic header of these values."""
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def parts(text: str, length: int) -> list[str]:
    """Return every part of this length."""
    return [text[start : start + length] for start in range(len(text) - length + 1)]


def found(text: str, *values: str, not_in: str = "", ordinary: bool = False) -> set[int]:
    """Return which of these values a text contains, by their places."""
    finder = Finder(values, ordinary=ordinary)
    return {values.index(value) for value in finder.find(Reading(text), Reading(not_in))}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_every_spelling(value: str, spell: Callable[[str], str]) -> None:
    """A value is found on its own, and inside other text."""
    spelled = spell(value)
    assert found(spelled, value) == {0}
    assert found(f"see {spelled} (there)", value) == {0}


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text(text: str) -> None:
    """An ordinary text contains none of them."""
    assert found(text, *VALUES.values()) == set()


values = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=6, max_size=40).filter(
    lambda text: len("".join(filter(str.isalnum, text))) >= 6
)
lossless = st.sampled_from([spell for name, spell in SPELLINGS.items() if "small letters" not in name])


@settings(deadline=None, max_examples=examples(200))
@given(values, lossless, st.sampled_from([json.dumps, lambda text: quote(text, safe=""), shlex.quote, html.escape]))
def test_spellings_of_spellings(value: str, spell: Callable[[str], str], again: Callable[[str], str]) -> None:
    """A value of any letters is found in a spelling that two tools made, one after the other."""
    assert found(again(spell(value)), value) == {0}


@settings(deadline=None, max_examples=examples(100))
@given(st.integers(0, 2**32), st.data())
def test_pieces(seed: int, data: st.DataObject) -> None:
    """A piece of a random value is found in every spelling, from LONG_PIECE characters on."""
    value = base64.b64encode(random.Random(seed).randbytes(48)).decode().replace("/", "a").replace("+", "b")
    length = data.draw(st.integers(LONG_PIECE, 40))
    start = data.draw(st.integers(0, len(value) - length))
    assert found(f"x {value[start : start + length]}", value) == {0}


def test_pieces_of_words() -> None:
    """A word that a value and a text share isn't a piece of the value; most of the value is."""
    assert found("warehouse loader", "postgres://app:7h3-l0ng@warehouse/main") == set()
    assert found("7h3-l0ng@ware", "postgres://app:7h3-l0ng@warehouse/main") == {0}


def test_tokens() -> None:
    """For a value that may be ordinary, pieces of a key or token are recognised; pieces of an address aren't."""
    token = "Qx7TzL9vKm2RwP4nBc8D"
    value = f"https://api.example.com/v2/orders?token={token}"
    assert found("https://api.example.com/v2/customers", value, ordinary=True) == set()
    assert found(f"x-{token[2:16]}", value, ordinary=True) == {0}


@settings(deadline=None, max_examples=examples(100))
@given(st.integers(0, 2**32), st.data())
def test_every_piece(seed: int, data: st.DataObject) -> None:
    """A piece of 12 characters is found, one of 8 only if it has a letter and a digit, wherever it is in the value."""
    value = "".join(random.Random(seed).choices("bcdfghjk2345", k=data.draw(st.integers(1, 40))))
    start = data.draw(st.integers(0, len(value)))
    piece = value[start : start + data.draw(st.integers(1, LONG_PIECE))]
    is_whole = piece == value and len(value) >= SHORTEST
    mixed = any(not part.isalpha() and not part.isdecimal() for part in parts(piece, PIECE))
    assert found(f"y {piece} y", value) == ({0} if is_whole or mixed or len(piece) == LONG_PIECE else set())


def test_a_long_word() -> None:
    """A key or token in a long value is recognised wherever it is, and what comes before and after it isn't."""
    word = "minified:" * 50_000
    value = f"{word}Qx7TzL9vKm2RwP4nBc8D:{word}"
    assert found("x Qx7TzL9vKm2R x", value, ordinary=True) == {0}
    assert found("x minified:minified x", value, ordinary=True) == set()


def test_not_in() -> None:
    """A value that another text also contains isn't found."""
    value = "s3://company-2026-lake/orders"
    assert found("s3://company-2026-lake/customers", value) == {0}
    assert found("s3://company-2026-lake/customers", value, not_in="s3://company-2026-lake/rows") == set()


def test_whose_it_is() -> None:
    """Each value that is in a text is found, those that contain each other too."""
    assert found("x hunter2-again x", "hunter2", "hunter2-again", "other") == {0, 1}
