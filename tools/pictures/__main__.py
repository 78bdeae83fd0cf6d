"""Make the pictures of a comment in docs/: python -m tools.pictures, after `make browser`.

The comment comes from a recorded preview of the real CLI (`tests/review/previews/showcase.json`).
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from pulumi_exosphere.review.gather import Review, review
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.terminal import show
from tests.review.documents import CLOCK, COMMENTS, recorded
from tools.browser import chromium
from tools.pictures.page import page

DOCS = Path(__file__).parents[2] / "docs"
WIDTH = 880
"""CSS pixels, about the width of a comment on GitHub."""


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def main() -> None:
    """Make both pictures."""
    found = review(read(recorded("showcase")), CLOCK)
    with tempfile.TemporaryDirectory() as folder:
        comment = page((COMMENTS / "showcase.md").read_text())
        picture(comment, Path(folder), DOCS / "review-comment.png")
        picture(terminal(found), Path(folder), DOCS / "review-terminal.png")


def terminal(found: Review) -> str:
    """Return a page that shows the text as a terminal does."""
    stream = _Terminal()
    show(found, CLOCK, stream)
    console = Console(record=True, width=118, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(stream.getvalue()))
    svg = console.export_svg(title="pulumi preview --json | pulumi-exosphere review --format text")
    style = "body { margin: 0; background: #fff } svg { display: block; width: 100% }"
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{svg}<script>{_HEIGHT}</script>"


_HEIGHT = "document.body.dataset.height = document.documentElement.scrollHeight;"


def picture(text: str, folder: Path, target: Path) -> None:
    """Make a picture of the whole page."""
    source = folder / "page.html"
    source.write_text(text, encoding="utf-8")
    drawn = chromium.dom(source, width=WIDTH)
    found = re.search(r'data-height="(\d+)"', drawn)
    if not found or "<title>failed" in drawn:
        raise SystemExit(f"{target.name}: the page was not drawn")
    chromium.screenshot(source, target, width=WIDTH, height=int(found[1]))
    sys.stdout.write(f"{target.name}: {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
