"""What whoever exported has to do next: which configuration to set, and how to take the graphs over."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from .literals import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .live import LiveGraph
    from .naming import Naming

_README = """\
# Exosphere graphs

Written by `pulumi-exosphere export`. The program declares the graphs as they were live{where}:
what a graph leaves out is Exosphere's default.

## Take them over

{commands}

`exosphere:adopt` lets Pulumi take over graphs that exist already. The preview shows a creation for each; a graph
that is as it was exported changes in nothing but its secrets, which are encrypted anew. From then on the graphs
are this stack's: `pulumi destroy` retires them.
{secrets}"""

_SECRETS = """
## Secrets

Nobody can read a secret back from the state manager, so each has to be given the value that it has; another value
replaces the live one. Without a value on its line, `pulumi config set --secret` asks for it, which keeps it out of
the shell's history.

| configuration | secret | graph | namespace |
|---|---|---|---|
{rows}
"""


def commands(graphs: Sequence[LiveGraph], naming: Naming, address: str) -> list[str]:
    """The lines to type, in their order."""
    keys = [naming.keys[graph.namespace, graph.name, secret] for graph in graphs for secret in graph.secret_names]
    return [
        "pulumi stack init NAME",
        f"pulumi config set exosphere:stateManagerUri {shlex.quote(address)}",
        "pulumi config set --secret exosphere:apiKey",
        *(f"pulumi config set --secret {key}" for key in keys),
        "pulumi config set exosphere:adopt true",
        "pulumi up",
        "pulumi config rm exosphere:adopt",
    ]


def readme(graphs: Sequence[LiveGraph], naming: Naming, address: str) -> str:
    """The project's README.md."""
    rows = [
        f"| `{naming.keys[graph.namespace, graph.name, secret]}` | {_cell(secret)} | {_cell(graph.name)} "
        f"| {_cell(graph.namespace)} |"
        for graph in graphs
        for secret in graph.secret_names
    ]
    lines = ["```sh", *commands(graphs, naming, address), "```"]
    return _README.format(
        where=f" at {shown(address)}",
        commands="\n".join(lines),
        secrets=_SECRETS.format(rows="\n".join(rows)) if rows else "",
    )


def _cell(text: str) -> str:
    return f"`{shown(text).replace('|', '/')}`"
