from __future__ import annotations

from benchmarks.markdown import with_sections

PAGE = "# Costs\n\nOn 2 cores.\n\n## One\n\nOld.\n\n## Two\n\nKept.\n"


def test_sections_are_replaced_where_they_are() -> None:
    """What was measured again replaces its own section, whatever stands in the others; a new one comes last."""
    assert with_sections(PAGE, []) == PAGE
    assert with_sections(PAGE, ["## One\n\nNew.\n\n"]) == PAGE.replace("Old.", "New.")
    assert with_sections(PAGE, ["# Costs\n\nOn 4 cores.\n\n"]) == PAGE.replace("2 cores", "4 cores")
    assert with_sections(PAGE, ["## Three\n\nNew.\n\n"]) == PAGE + "\n## Three\n\nNew.\n"
