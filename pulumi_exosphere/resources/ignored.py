"""A graph's ``ignore_changes``, carried over to what is attached to it.

The engine keeps what the graph ignores as it stands in state. An attachment whose own inputs went on would then say
something else than its graph, and set it; so it ignores the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere import spec

if TYPE_CHECKING:
    from collections.abc import Iterable


def followed(ignored: Iterable[str], section: str) -> list[str]:
    """The paths that an attachment to ``section`` ignores where its graph ignores ``ignored``."""
    fields = ["expression"] if section == "triggers" else list(spec.section_default(section))
    paths: list[str] = []
    for path in ignored:
        if path in {"*", section}:
            paths += fields
        elif section != "triggers" and path.startswith((f"{section}.", f"{section}[")):
            paths.append(path[len(section) :].removeprefix("."))
    return paths
