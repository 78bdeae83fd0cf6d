"""Every link of a page leads to a file and a heading that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT


def prose(page: Path) -> str:
    """Return the text of a page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes from a page's headings."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(page: Path, link: str) -> bool:
    """Return whether the linked file exists, and the heading in it if the link names one."""
    file, _, anchor = link.partition("#")
    target = (page.parent / file) if file else page
    return target.exists() and (not anchor or anchor in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page: Path) -> None:
    """A page links to files and headings that exist."""
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)) if "://" not in link]
    assert [link for link in links if not leads_somewhere(page, link)] == []


def test_links_that_lead_nowhere_are_found() -> None:
    """A missing file and a missing heading are both reported."""
    page = ROOT / "README.md"
    assert leads_somewhere(page, "#what-happens-on-delete")
    assert not leads_somewhere(page, "#no-such-heading")
    assert not leads_somewhere(page, "docs/README.md#no-such-heading")
    assert not leads_somewhere(page, "no-such-file.md")


def test_every_page_of_the_docs_is_in_their_index() -> None:
    """`docs/README.md` links to all pages."""
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target).resolve() for target in re.findall(r"\]\(([^)\s]+)\)", index.read_text("utf-8"))}
    assert {page for page in ROOT.glob("docs/**/*.md") if page != index} <= linked
