from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pulumi_exosphere.review.text import (
    LONGEST,
    Code,
    changed_words,
    code,
    counted,
    fence,
    in_html,
    listed,
    markdown,
    names,
    plain,
    prose,
    shortened,
    visible,
)


@given(st.text())
def test_only_what_prints_is_visible(text: str) -> None:
    """Any text becomes one line of printable characters."""
    assert visible(text, 50).isprintable()
    assert len(visible(text, 50)) <= 50


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\nb\tc", r"a\nb\tc", id="line-ends"),
        pytest.param("\x1b[31mred", r"\x1b[31mred", id="terminal-sequence"),
        pytest.param("a\u202eb\u200bc", r"a\u202eb\u200bc", id="directions-and-nothing"),
        pytest.param("\ud800", r"\ud800", id="half-a-character"),
        pytest.param("Überwachung 日本", "Überwachung 日本", id="other-scripts-stay"),
        pytest.param("x" * 200, "x" * 119 + "…", id="too-long"),
    ],
)
def test_what_does_not_print_is_spelled_out(text: str, shown: str) -> None:
    """So a reviewer sees it."""
    assert visible(text) == shown


def test_an_empty_text_can_be_seen() -> None:
    """An empty input is not a missing one."""
    assert code("") == Code('""')


@pytest.mark.parametrize(
    ("message", "words"),
    [
        pytest.param("node Load isn't registered, yet.", ("node Load isn't registered, yet.",), id="plain"),
        pytest.param("see `load_rows`, now", ("see ", Code("load_rows"), ", now"), id="quoted"),
        pytest.param("ask @octocat about #12", ("ask ", Code("@octocat"), " about ", Code("#12")), id="mention"),
        pytest.param("look at https://a.b <img>", ("look at ", Code("https://a.b <img>")), id="link-and-tag"),
        pytest.param("1. first", (Code("1"), ". first"), id="list"),
        pytest.param(":x: done", (Code(":x"), ": done"), id="emoji"),
        pytest.param("graph 'a b' isn't here.", ("graph ", Code("a b"), " isn't here."), id="in-quotes"),
        pytest.param('the nodes\' "a_b", too', ("the ", Code("nodes'"), " ", Code("a_b"), ", too"), id="double-quotes"),
        pytest.param(
            "nodes.a.inputs: is (see x_y).", (Code("nodes.a.inputs"), ": is (see ", Code("x_y"), ")."), id="path"
        ),
        pytest.param("use --target a=b (or not)", ("use ", Code("--target a=b"), " (or not)"), id="neighbours"),
        pytest.param("`a` `b`", (Code("a"), " ", Code("b")), id="quoted-neighbours"),
        pytest.param("@`a`", (Code("@a"),), id="no-gap"),
        pytest.param("At 09:00, on (some) days", ("At 09:00, on (some) days",), id="time"),
        pytest.param("GH-1 and a_b", (Code("GH-1"), " and ", Code("a_b")), id="reference"),
    ],
)
def test_a_message_keeps_its_plain_words(message: str, words: tuple[str | Code, ...]) -> None:
    """Text that could be markup becomes code, and the rest reads as a sentence."""
    assert prose(message) == words


@given(st.text(alphabet=st.sampled_from("ab1 @#:`*_-<>[]()|\\/.,\n&~+=!0")))
@example(":.:")
def test_no_message_is_markup(message: str) -> None:
    """Outside code there is no character that starts markup, a mention, a link, an emoji or a list."""
    words = prose(message)
    ours = " ".join(part for part in words if isinstance(part, str))
    assert not re.search(r"[@#`*_<>\[\]|\\/&~+=]|:[^\s]+:|://|^\d+[.)]|^-", ours)


def test_of_many_the_first_are_named() -> None:
    """The rest is counted."""
    assert listed([("a",), ("b",)]) == ("a", " and ", "b")
    assert names("abc", "or", most=2) == (Code("a"), ", ", Code("b"), " or ", "1 more")
    assert (counted(1, "graph"), counted(5000, "graph")) == ("1 graph", "5,000 graphs")


HOSTILE = st.text(alphabet=st.sampled_from('ab `"#;%{}[]()<>|\\@:&-.1~*_\nüé'), min_size=1)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("plain", "`plain`", id="plain"),
        pytest.param("a`b", "``a`b``", id="tick"),
        pytest.param("`a``b", "``` `a``b ```", id="ticks-at-the-edge"),
        pytest.param(" a ", "`  a  `", id="spaces-at-the-edges"),
        pytest.param("<b>@you</b>", "`<b>@you</b>`", id="tag-and-mention"),
    ],
)
def test_foreign_text_is_a_code_span(text: str, span: str) -> None:
    """GitHub reads nothing in it as markup."""
    assert markdown((Code(text),)) == span


@given(HOSTILE)
def test_no_text_leaves_its_code_span(text: str) -> None:
    """The span ends at the next run of as many backticks, not before."""
    shown = code(text).text
    span = markdown((Code(shown),))
    ticks = re.match("`+", span)
    assert ticks
    inner = span[len(ticks[0]) : -len(ticks[0])]
    assert ticks[0] not in re.findall("`+", inner)
    assert inner.strip(" ") == shown.strip(" ")


def test_our_own_words_hold_no_markup_either() -> None:
    """Even if they contain its characters."""
    assert markdown(("a*b_c <d>",)) == r"a\*b\_c \<d\>"


@given(HOSTILE)
def test_no_text_is_a_tag(text: str) -> None:
    """In places where Markdown isn't read."""
    assert in_html((Code(text),)) == f"<code>{html.escape(text)}</code>"


@given(HOSTILE)
def test_no_text_closes_its_block(text: str) -> None:
    """The fence is longer than any run of backticks in it."""
    first, *_, last = fence(text).split("\n")
    assert first == last
    assert last not in text


LONG = st.builds(
    "".join, st.lists(st.sampled_from(["a", "b ", "\n", "\\n", "é", "e\u0301", "x" * 90, "\u202e"]), max_size=9)
)


@given(LONG, LONG, LONG)
@example("x" * 500, "old", "new")
@example("", "a\\n", "a\n")
@example("", "${{ a.outputs.b }}", "${{a.outputs.b}}")
def test_what_differs_is_shown_differently(before: str, one: str, other: str) -> None:
    """However long and similar both values are, each on one short line."""
    new, old = before + one, before + other
    if new == old:
        return
    sides = [plain(side) for side in changed_words(new, old)]
    assert len({unicodedata.normalize("NFKC", side) for side in sides}) == 2
    assert all(side.isprintable() and len(side) <= LONGEST + 2 for side in sides)


@pytest.mark.parametrize(
    ("new", "old", "shown"),
    [
        pytest.param("daily", "hourly", ("`daily`", "`hourly`"), id="short"),
        pytest.param(
            "You are a poet. " * 20 + "Answer in French.",
            "You are a poet. " * 20 + "Answer in German.",
            tuple(f"`…{('You are a poet. ' * 20)[-90:]}Answer in {language}.`" for language in ("French", "German")),
            id="the-last-sentence",
        ),
        pytest.param(
            "a" * 200 + "b" + "c" * 200,
            "a" * 200 + "d" + "c" * 200,
            (f"`…{'a' * 30}b{'c' * 87}…`", f"`…{'a' * 30}d{'c' * 87}…`"),
            id="in-the-middle",
        ),
        pytest.param(
            "${{ a.outputs.b }}", "${{a.outputs.b}}", ("`${{ a.outputs.b }}`", "`${{a.outputs.b}}`"), id="spaces"
        ),
        pytest.param("caf\u00e9", "cafe\u0301", (r"`caf\xe9`", r"`cafe\u0301`"), id="looks-the-same"),
    ],
)
def test_long_values_are_cut_around_their_first_difference(new: str, old: str, shown: tuple[str, str]) -> None:
    """With some text before it."""
    now, was = changed_words(new, old)
    assert (plain(now), plain(was)) == shown


def test_a_long_text_keeps_both_ends() -> None:
    """Long names often begin alike."""
    assert shortened("a" * 100 + "b" * 100, 20) == "a" * 10 + "…" + "b" * 9
