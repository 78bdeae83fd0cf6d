"""The README's first minute, as Pulumi shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.docs.pages import ROOT, blocks
from tests.support.pulumi_project import Project

README = [block for block in blocks() if block.page == "README.md"]
PROGRAM = next(block.text for block in README if block.language == "python")
PREVIEW = next(block.text for block in README if block.language == "text")
CHANGED = ROOT / "examples" / "quickstart" / "changed" / "__main__.py"


def shown_in(lines: list[str], output: list[str]) -> list[str]:
    """Return the lines that don't occur in an output in this order, with others in between."""
    ahead = iter(output)
    return [line for line in lines if line not in ahead]


def test_the_preview_that_it_shows(project: Callable[..., Project]) -> None:
    """A new cleaning node and more retries appear as the README shows them, without unchanged lines."""
    stack = project(PROGRAM)
    stack.config_set("warehousePassword", "not the real one", secret=True)
    stack.up("--skip-preview").check()
    stack.program = CHANGED.read_text()
    output = stack.preview("--diff").check().output.partition("\nResources:")[0].splitlines()
    assert shown_in(PREVIEW.splitlines(), output) == []
    changed = [line for line in output if line.lstrip().startswith(("+ ", "- ", "~ "))]
    assert shown_in(changed, PREVIEW.splitlines()) == [], "the README leaves out what changes"


def test_the_program_is_the_quickstart_s() -> None:
    """The program in examples/quickstart is the README's."""
    quickstart = (ROOT / "examples" / "quickstart" / "__main__.py").read_text()
    assert quickstart.endswith(PROGRAM)


def test_every_configuration_key_has_its_row() -> None:
    """The README's table has the keys of the settings."""
    source = (ROOT / "pulumi_exosphere" / "provider" / "settings.py").read_text()
    taken = [line.split('"')[1] for line in source.splitlines() if line.lstrip().startswith("take(")]
    readme = (ROOT / "README.md").read_text("utf-8")
    assert taken
    assert [key for key in taken if f"| `{key}`" not in readme] == []


@pytest.mark.parametrize("pair", [("a", ["b", "a"], []), ("ab", ["b", "a"], ["b"])])
def test_order_counts(pair: tuple[str, list[str], list[str]]) -> None:
    """Lines in another order are reported."""
    lines, output, missing = pair
    assert shown_in(list(lines), output) == missing
