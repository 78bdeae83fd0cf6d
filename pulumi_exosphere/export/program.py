"""The files of the exported project, by their path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_exosphere.version import __version__

from .graph_source import source
from .instructions import readme
from .literals import shown
from .naming import name_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .live import LiveGraph
    from .naming import Naming

_SETTINGS = """\
name: {project}
description: Exosphere graphs, exported from a state manager
runtime:
  name: python
"""


def files(
    graphs: Sequence[LiveGraph], address: str, begin: Callable[[LiveGraph], None] = lambda _graph: None
) -> dict[str, str]:
    """The text of each file; Python not yet formatted.

    Args:
        graphs: What to declare.
        address: Where they are live, without credentials.
        begin: Called with each graph before it is written.
    """
    naming = name_all(graphs)
    modules = {
        f"graphs/{module}.py": _module(
            namespace, [graph for graph in graphs if graph.namespace == namespace], naming, begin
        )
        for namespace, module in naming.modules.items()
    }
    return {
        "Pulumi.yaml": _SETTINGS.format(project=naming.project),
        "README.md": readme(graphs, naming, address),
        "requirements.txt": f"pulumi-exosphere>={__version__}\n",
        "__main__.py": _main(naming),
        "graphs/__init__.py": '"""The graphs, a module for each namespace."""\n',
        **modules,
    }


def _main(naming: Naming) -> str:
    imports = "\n".join(f"import graphs.{module}  # noqa: F401" for module in sorted(naming.modules.values()))
    return f'"""Exosphere graphs: importing a module declares those of its namespace."""\n\n{imports}\n'


def _module(namespace: str, graphs: Sequence[LiveGraph], naming: Naming, begin: Callable[[LiveGraph], None]) -> str:
    secrets = any(graph.secret_names for graph in graphs)
    lines = [f'"""The graphs of namespace {shown(namespace)}."""', ""]
    lines += ["import pulumi"] if secrets else []
    lines += ["import pulumi_exosphere as exosphere", ""]
    lines += ["config = pulumi.Config()", ""] if secrets else []
    for graph in graphs:
        begin(graph)
        lines.append(source(graph, naming))
    return "\n".join(lines)
