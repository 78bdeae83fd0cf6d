from __future__ import annotations

import pytest

import pulumi_exosphere
from tools.docs.pages import FOLDER, PAGES, pages


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Return the pages as they would be written now."""
    return pages()


def test_pages_are_current(made: dict[str, str]) -> None:
    """docs/resources/ is up to date with the docstrings: `make docs`."""
    stored = {path.name: path.read_text() for path in FOLDER.glob("*.md")}
    assert stored.keys() == made.keys()
    assert [file for file in made if stored[file] != made[file]] == [], "run `make docs`, and read what changed"


def test_every_public_name_has_its_place(made: dict[str, str]) -> None:
    """Every name that a program can import is on one page, with its dict twin."""
    placed = [name for page in PAGES.values() for name in (page.resource, *page.parts, *page.functions) if name]
    assert len(placed) == len(set(placed))
    assert {*placed} == {name for name in pulumi_exosphere.__all__ if not name.endswith("Dict")}


def test_nothing_is_left_of_a_docstring_s_markup(made: dict[str, str]) -> None:
    """The pages contain no double backtick and no section heading."""
    for text in made.values():
        prose = text.replace("```", "")
        assert "``" not in prose
        assert "Args:" not in prose
        assert "Raises:" not in prose
