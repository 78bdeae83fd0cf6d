from __future__ import annotations

import io
import re

import pytest

from pulumi_exosphere.review.gather import review
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.terminal import show, text
from tests.review.documents import CLOCK, COMMENTS, graph, node, recorded, reviewed, step


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def test_the_text_of_a_real_preview() -> None:
    """Word for word."""
    assert text(review(read(recorded("changed")), CLOCK), CLOCK) == (COMMENTS / "changed.txt").read_text()


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """For added and removed things."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    show(reviewed(step("create", None, graph({"a": node()}))), CLOCK, stream)
    assert "\x1b[1;32m" in stream.getvalue()


def test_colours_change_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor remove an empty one; only backticks are replaced, by bold text."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "1000")
    stream, found = Terminal(), review(read(recorded("showcase")), CLOCK)
    show(found, CLOCK, stream)
    plain_text = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
    assert [line.rstrip() for line in plain_text.splitlines()] == text(found, CLOCK).replace("`", "").splitlines()


def test_a_pipe_gets_none() -> None:
    """The same text as in a file."""
    stream = io.StringIO()
    found = reviewed(step("create", None, graph({"a": node()})))
    show(found, CLOCK, stream)
    assert stream.getvalue() == text(found, CLOCK)
    assert "\x1b" not in stream.getvalue()


def test_no_name_is_a_terminal_sequence() -> None:
    """Nor rich's markup."""
    hostile = "\x1b[2J[red]x[/red]"
    stream = Terminal()
    show(reviewed(step("create", None, graph({hostile: node()}, name=hostile), name=hostile)), CLOCK, stream)
    assert "\x1b[2J" not in stream.getvalue()
    assert r"\x1b[2J[red]x[/red]" in stream.getvalue()
