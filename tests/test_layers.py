"""The map in CONTRIBUTING.md: each layer uses those below it, never above, and each is on the map."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pulumi_exosphere"
BELOW = {
    "errors": (),
    "version": (),
    "spellings": (),
    "pulumi_cli": (),
    "template": ("errors",),
    "state_manager": ("template", "spellings", "errors", "version"),
    "local": ("state_manager", "template"),
    "review": ("template",),
    "reconcile": ("state_manager", "spellings", "pulumi_cli", "template", "errors"),
    "provider": ("reconcile", "state_manager", "template", "errors"),
    "folding": ("provider", "template", "errors"),
    "preview_warnings": ("folding", "provider", "reconcile", "state_manager", "template", "errors"),
    "resources": ("preview_warnings", "folding", "provider", "state_manager", "template", "errors"),
    "export": ("state_manager", "template", "errors", "version"),
    "doctor": ("provider", "state_manager", "template", "pulumi_cli", "errors", "version"),
    "native": ("resources", "provider", "reconcile", "state_manager", "errors", "version"),
    "cli": ("local", "review", "export", "doctor", "version"),
    "__init__": ("resources", "errors"),
}
"""The layers that each may use."""


def imports(path: Path) -> set[str]:
    """Return what a file of the package imports from the package, at any time; not strings for `import_module`."""
    package = ("pulumi_exosphere", *path.relative_to(PACKAGE).parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*start, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("pulumi_exosphere.")}


def used_by(layer: str) -> set[str]:
    """Return the layers that a layer imports."""
    single = PACKAGE / f"{layer}.py"
    paths = [single] if single.exists() else sorted((PACKAGE / layer).rglob("*.py"))
    return {name.split(".")[1] for path in paths for name in imports(path)} - {layer}


@pytest.mark.parametrize("layer", BELOW)
def test_no_import_goes_up(layer: str) -> None:
    """A layer imports none above it, not even for a type."""
    assert used_by(layer) <= set(BELOW[layer])


def test_no_import_goes_round() -> None:
    """No two modules need each other, not even for a type: a layer can also be read from top to bottom."""
    modules = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(("pulumi_exosphere", *path.relative_to(PACKAGE).with_suffix("").parts))
        modules[name.removesuffix(".__init__")] = path
    needs = {
        module: {name if name in modules else name.rpartition(".")[0] for name in imports(path)}
        for module, path in modules.items()
    }
    TopologicalSorter(needs).prepare()  # raises CycleError, which names the circle


def test_every_layer_is_on_the_map() -> None:
    """Each layer, a folder or a module, is in CONTRIBUTING's table and in this test's."""
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert there == BELOW.keys() == set(on_the_map())


def test_map_is_in_order() -> None:
    """In CONTRIBUTING's table no layer uses one that is above it."""
    shown = on_the_map()
    above = [
        (layer, used) for layer, below in BELOW.items() for used in below if shown.index(used) < shown.index(layer)
    ]
    assert above == []


def on_the_map() -> list[str]:
    """Return the layers of CONTRIBUTING's table, from top to bottom."""
    table = (
        (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("| in `pulumi_exosphere/` |")[2].partition("\n\n")[0]
    )
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    return [name.rstrip("/").removesuffix(".py") for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_the_embedded_server_shares_the_models_alone() -> None:
    """The embedded server uses only the client's description of the API's documents, nothing that sends requests."""
    used = {name for path in (PACKAGE / "local").rglob("*.py") for name in imports(path)}
    shared = {name for name in used if name.startswith("pulumi_exosphere.state_manager")}
    assert shared == {"pulumi_exosphere.state_manager.models"}


def test_httpx_has_one_home() -> None:
    """Only the state manager's client uses HTTP."""
    users = {path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py") if "import httpx" in path.read_text()}
    assert users == {"state_manager"}
