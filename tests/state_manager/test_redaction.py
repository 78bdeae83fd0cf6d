from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_exosphere.state_manager.redaction import HIDDEN, SHOWN, Redactor
from tests.support.brevity import examples
from tests.test_spellings import lossless, values

BODY: dict[str, Any] = {
    "secrets": {"password": "correct horse"},
    "nodes": [
        {"node_name": "Extract", "namespace": "ns", "identifier": "extract", "inputs": {"source": "s3://bucket"}},
        {
            "node_name": "Load",
            "namespace": "ns",
            "identifier": "load",
            "inputs": {"rows": "Bearer hunter2 ${{ extract.outputs.rows }}"},
            "next_nodes": [],
        },
    ],
    "store_config": {"required_keys": ["cursor"], "default_values": {"cursor": "first page"}},
    "triggers": [{"type": "CRON", "value": {"expression": "0 9 * * *"}}],
}


def redacted(words: str, body: dict[str, Any] | None = None) -> str | None:
    """Return what is left of the server's words about a body."""
    return Redactor(BODY if body is None else body, ["the-api-key", None]).words(words)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        pytest.param("Node extract isn't connected", "Node extract isn't connected", id="names stay"),
        pytest.param("schedule 0 9 * * * never fires", "schedule 0 9 * * * never fires", id="expressions stay"),
        pytest.param("bad source s3://bucket of a node", f"bad source {HIDDEN} of a node", id="input"),
        pytest.param("bad secret 'correct horse' there", f"bad secret '{HIDDEN}' there", id="secret"),
        pytest.param("bad default (first page) given", f"bad default ({HIDDEN}) given", id="store default"),
        pytest.param("wrong key the-api-key sent", f"wrong key {HIDDEN} sent", id="API key"),
        pytest.param(
            "Input Bearer hunter2 ${{ extract.outputs.rows }} depends on extract but extract is not a parent of load",
            f"Input {HIDDEN} depends on extract but extract is not a parent of load",
            id="an input that names an identifier",
        ),
        pytest.param("the placeholder hunter2 isn't closed", f"the placeholder {HIDDEN} isn't closed", id="a piece"),
        pytest.param("no\n  such \n thing   here", "no; such; thing here", id="in one line"),
    ],
)
def test_values_are_cut_out_and_names_stay(words: str, left: str) -> None:
    """Identifiers, names, keys and expressions are readable; no value is."""
    assert redacted(words) == left


@pytest.mark.parametrize(
    "encode",
    [
        json.dumps,
        lambda value: json.dumps(value, ensure_ascii=False),
        repr,
        quote,
        lambda value: quote(value, safe=""),
        quote_plus,
        lambda value: value.replace("&", "&amp;"),
        str.strip,
    ],
    ids=["JSON", "JSON, not ASCII", "Python", "percent", "percent, all", "form", "HTML", "trimmed"],
)
def test_values_are_found_in_every_spelling(encode: Any) -> None:
    """A server may write a value as JSON, as Python or as a part of a URL."""
    value = ' pä/"ss\n&\\w '
    left = redacted(f"the value {encode(value)} is refused by me", {"secrets": {"s": value}})
    assert left is not None
    assert left.startswith("the value")
    for piece in ("pä", "ss", "\\u00e4", "%C3", "p\\xe4"):
        assert piece not in left.replace("is refused", "")


@pytest.mark.parametrize(
    "write",
    [str, lambda value: value.replace("\n", "\r\n"), lambda value: value.replace("\n", "; "), lambda value: value[:-1]],
    ids=["as it is", "CRLF", "in one line", "without its last character"],
)
def test_a_value_of_several_short_lines(write: Callable[[str], str]) -> None:
    """Values are found before line breaks are replaced, so that not even the first line of one is shown."""
    secret = "ab1\ncd2\nef3\ngh4"
    left = redacted(f"the secret {write(secret)} is refused by me", {"secrets": {"s": secret}})
    assert not [line for line in secret.split() if line in (left or "")]


def test_an_encoded_value_drops_the_words() -> None:
    """Nobody can know where it begins and ends, so nothing is shown."""
    encoded = base64.b64encode(b"me:correct horse").decode()
    assert redacted(f"the header Basic {encoded} is refused by me") is None
    assert redacted("the header Basic bWU6c29tZXRoaW5nIGVsc2U= is refused by me") is not None


def test_a_value_of_a_few_letters_drops_the_words() -> None:
    """It can't be removed without leaving fragments, so nothing is shown if it occurs."""
    body = {"secrets": {"pin": "42"}}
    assert redacted("the pin 42 is refused", body) is None
    assert redacted("the pin is refused", body) == "the pin is refused"


def test_a_value_that_is_a_name_too_is_no_secret() -> None:
    """If an input is a short identifier, the words remain readable."""
    body = {"nodes": [{"identifier": "a", "inputs": {"x": "a"}}]}
    assert redacted("node a isn't connected", body) == "node a isn't connected"


def test_words_that_are_mostly_values_are_dropped() -> None:
    """A text that would hardly be readable isn't shown at all."""
    assert redacted("s3://bucket first page hunter2") is None


def test_long_words_are_cut_after_they_were_redacted() -> None:
    """A 400 can contain every node's inputs; a value isn't truncated in the middle and then missed."""
    secret = "x7Gq" * 2000
    left = redacted(f"refused for many reasons, {'reason ' * 60} and {secret} at last", {"secrets": {"s": secret}})
    assert left is not None
    assert "x7Gq" not in left
    assert len(left) <= SHOWN + 4


def test_many_errors_are_counted() -> None:
    """Of 800 errors the first ten are shown, with the names that are wrong; the rest are neither read nor shown."""
    wrong = [f"Field column_{number:03} in node extract does not exist" for number in range(800)]
    inputs = {f"input_{number}": f"${{{{ extract.outputs.column_{number:03} }}}}" for number in range(800)}
    node = {"node_name": "Load", "namespace": "ns", "identifier": "load", "inputs": inputs}
    read: list[str] = []

    class Counting(Redactor):
        def words(self, text: str) -> str | None:
            read.append(text)
            return super().words(text)

    shown = Counting({"secrets": {}, "nodes": [node]}, []).sentences(wrong)
    assert shown == "; ".join([*wrong[:10], "and 790 more"])
    assert read == wrong[:10]


def test_words_about_a_huge_body_are_dropped() -> None:
    """Searching megabytes of values would take seconds, so the words are dropped."""
    assert redacted("refused for a reason", {"secrets": {"s": "x7Gq" * 1_000_000}}) is None


def test_numbers_where_strings_belong_are_values() -> None:
    """The server rejects an input that isn't a string, and its message contains the value."""
    assert redacted("input 123456 isn't a string", {"nodes": [{"inputs": {"n": 123456}}]}) == (
        f"input {HIDDEN} isn't a string"
    )


def test_registered_nodes_have_names_too() -> None:
    """The names of runtimes, nodes and their secrets are names, not values."""
    body = {"runtime_name": "workers", "nodes": [{"name": "Extract", "secrets": ["token"]}]}
    assert redacted("node Extract of workers needs token", body) == "node Extract of workers needs token"


text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip)


@given(secret=text, value=text, default=text, before=text, after=text)
def test_no_value_survives(secret: str, value: str, default: str, before: str, after: str) -> None:
    """No value is shown, whatever it is and whatever is around it."""
    body = {
        "secrets": {"s": secret},
        "nodes": [{"identifier": "node-1", "inputs": {"i": value}}],
        "store_config": {"default_values": {"d": default}},
    }
    for hidden in (secret, value, default):
        left = redacted(f"{before} {hidden} {after} and more words to read", body) or ""
        if hidden not in {"s", "i", "d", "node-1", "inputs", "nodes"}:  # Names of the body.
            shown = left.replace(HIDDEN, "\0")
            assert " ".join(hidden.split()) not in shown


@settings(deadline=None, max_examples=examples(150))
@given(secret=values, spell=lossless)
def test_no_spelling_survives(secret: str, spell: Callable[[str], str]) -> None:
    """A value in a tool's spelling isn't shown either."""
    spelled = spell(secret)
    left = redacted(f"before {spelled} after, and more words to read", {"secrets": {"s": secret}}) or ""
    assert not [line for line in {*spelled.splitlines(), *secret.splitlines()} if len(line) > 6 and line in left]
