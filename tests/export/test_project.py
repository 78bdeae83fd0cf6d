from __future__ import annotations

import ast
from typing import Any

import pytest
import yaml

from pulumi_exosphere import template
from pulumi_exosphere.export.live import LiveGraph
from pulumi_exosphere.export.project import files, formatted

ADDRESS = "http://localhost:8000"


def graph(namespace: str, name: str, *secrets: str) -> LiveGraph:
    """Return a graph of one node."""
    node: dict[str, Any] = {"node_name": "Ping", "namespace": namespace, "inputs": {}, "next_nodes": [], "unites": None}
    inputs = {
        "name": name,
        "namespace": namespace,
        "nodes": {"ping": node},
        "secrets": dict.fromkeys(secrets, template.UNKNOWN),
    }
    return LiveGraph(namespace, name, inputs)


def test_a_module_for_each_namespace() -> None:
    """Each namespace has a module, whose name shadows none of Python's; the program imports them all."""
    written = files([graph("json", "a"), graph("team b", "a"), graph("team-b", "a"), graph("日次", "a")], ADDRESS)

    assert [path for path in written if path.startswith("graphs/")] == [
        "graphs/__init__.py",
        "graphs/json.py",
        "graphs/team_b.py",
        "graphs/team_b_2.py",
        "graphs/namespace.py",
    ]
    assert [line for line in written["__main__.py"].splitlines() if line.startswith("import")] == [
        "import graphs.json  # noqa: F401",
        "import graphs.namespace  # noqa: F401",
        "import graphs.team_b  # noqa: F401",
        "import graphs.team_b_2  # noqa: F401",
    ]


def test_resources_of_one_name_in_two_namespaces() -> None:
    """Resources that would share a name get the namespace as a prefix; the graphs keep their names."""
    written = files([graph("analytics", "report"), graph("billing", "report"), graph("billing", "other")], ADDRESS)

    assert 'exosphere.Graph("analytics-report", name="report", ' in formatted(written)["graphs/analytics.py"].replace(
        "\n    ", " "
    ).replace("( ", "(")
    assert "exosphere.Graph('other', namespace=" in written["graphs/billing.py"]


@pytest.mark.parametrize("name", ["a:b", "new\nline", "a$b", " x"])
def test_a_name_that_no_urn_can_hold(name: str) -> None:
    """The resource gets a plain name, the graph keeps its own."""
    module = files([graph("analytics", name)], ADDRESS)["graphs/analytics.py"]

    assert f"name={name!r}" in module


def test_each_secret_has_a_key_of_its_own() -> None:
    """Two graphs with a secret of the same name may have two values; a key that only one wants stays short."""
    written = files(
        [
            graph("analytics", "daily", "token", "warehouse_password", "apiKey"),
            graph("analytics", "weekly", "token"),
            graph("billing", "weekly", "token", "TOKEN"),
        ],
        ADDRESS,
    )

    assert [line.split()[-1] for line in written["README.md"].splitlines() if "config set --secret " in line][1:] == [
        "dailyApiKey",
        "dailyToken",
        "warehousePassword",
        "analyticsWeeklyToken",
        "billingWeeklyToken",
        "billingWeeklyToken2",
    ]


def test_the_readme_lists_what_to_set() -> None:
    """It lists address, key, each secret and adoption, in the order of typing, and the graph of each secret."""
    readme = files([graph("analytics", "daily", "warehouse_password")], ADDRESS)["README.md"]

    assert readme.split("```sh\n")[1].split("```")[0].splitlines() == [
        "pulumi stack init NAME",
        "pulumi config set exosphere:stateManagerUri http://localhost:8000",
        "pulumi config set --secret exosphere:apiKey",
        "pulumi config set --secret warehousePassword",
        "pulumi preview",
        "pulumi up",
    ]
    assert "| `warehousePassword` | `warehouse_password` | `daily` | `analytics` |" in readme


def test_without_secrets_nothing_speaks_of_them() -> None:
    """A program without secrets needs no configuration, nor an import for it."""
    written = files([graph("analytics", "daily")], ADDRESS)

    assert "import pulumi\n" not in written["graphs/analytics.py"]
    assert "config" not in written["graphs/analytics.py"]
    assert "Secrets" not in written["README.md"]


@pytest.mark.parametrize(
    ("graphs", "project"),
    [
        ([graph("analytics", "a")], "analytics-graphs"),
        ([graph("exosphere", "a")], "exosphere-graphs"),
        ([graph("日次", "a")], "namespace-graphs"),
        ([graph("n" * 200, "a")], f"{'n' * 80}-graphs"),
        ([graph("analytics", "a"), graph("billing", "a")], "exosphere-graphs"),
    ],
)
def test_the_project(graphs: list[LiveGraph], project: str) -> None:
    """The project is named after its namespace, and never like the provider's own configuration."""
    settings = yaml.safe_load(files(graphs, ADDRESS)["Pulumi.yaml"])

    assert settings["name"] == project
    assert settings["runtime"]["name"] == "python"


def test_the_program_is_formatted_and_always_the_same() -> None:
    """Formatting again changes nothing, and only Python is formatted."""
    written = files([graph("analytics", "daily", "b", "a")], ADDRESS)

    once = formatted(written)

    assert formatted(once) == once
    assert once["README.md"] == written["README.md"]
    assert ast.dump(ast.parse(once["graphs/analytics.py"])) == ast.dump(ast.parse(written["graphs/analytics.py"]))
