from __future__ import annotations

import pytest

import pulumi_exosphere
from tools.docs.contents import PAGES
from tools.docs.writer import FOLDER, pages


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The pages as they would be made now."""
    return pages()


def test_pages_are_current(made: dict[str, str]) -> None:
    """What stands in docs/resources/ is what the docstrings say: `make docs`."""
    stored = {path.name: path.read_text() for path in FOLDER.glob("*.md")}
    assert stored.keys() == made.keys()
    assert [file for file in made if stored[file] != made[file]] == [], "run `make docs`, and read what changed"


def test_every_public_name_has_its_place(made: dict[str, str]) -> None:
    """What a program can import stands on one page, its dict twin beside it."""
    placed = [name for page in PAGES.values() for name in (page.resource, *page.parts, *page.functions) if name]
    assert len(placed) == len(set(placed))
    assert {*placed} == {name for name in pulumi_exosphere.__all__ if not name.endswith("Dict")}


def test_nothing_is_left_of_a_docstring_s_markup(made: dict[str, str]) -> None:
    """No double backtick, no section heading."""
    for text in made.values():
        prose = text.replace("```", "")
        assert "``" not in prose
        assert "Args:" not in prose
        assert "Raises:" not in prose
