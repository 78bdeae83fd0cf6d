from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.review.escape import fence, in_html, label, markdown
from pulumi_exosphere.review.words import Code, code

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
    """In which GitHub reads nothing as markup."""
    assert markdown((Code(text),)) == span


@given(HOSTILE)
def test_no_text_leaves_its_code_span(text: str) -> None:
    """The span ends where its own run of backticks comes again, and not before."""
    shown = code(text).text
    span = markdown((Code(shown),))
    ticks = re.match("`+", span)
    assert ticks
    inner = span[len(ticks[0]) : -len(ticks[0])]
    assert ticks[0] not in re.findall("`+", inner)
    assert inner.strip(" ") == shown.strip(" ")


def test_our_own_words_hold_no_markup_either() -> None:
    """Should they ever."""
    assert markdown(("a*b_c <d>",)) == r"a\*b\_c \<d\>"


@given(HOSTILE)
def test_no_text_is_a_tag(text: str) -> None:
    """Where Markdown isn't read."""
    assert in_html((Code(text),)) == f"<code>{html.escape(text)}</code>"


@given(HOSTILE)
def test_a_label_holds_no_sign(text: str) -> None:
    """Nothing that ends the label, starts a directive, a style or a list, or is an entity of its own."""
    shown = label(code(text).text)
    assert not re.search(r"[^A-Za-z0-9 ._\-\x80-\U0010ffff]|[.-] ", re.sub(r"#\d+;", "x", shown))
    assert re.sub(r"#(\d+);", lambda sign: chr(int(sign[1])), shown) == code(text).text


@given(HOSTILE)
def test_no_text_closes_its_block(text: str) -> None:
    """The fence is longer than any run of backticks in it."""
    first, *_, last = fence(text).split("\n")
    assert first == last
    assert last not in text
