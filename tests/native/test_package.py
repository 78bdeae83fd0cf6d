"""The package as other tools of Pulumi use it."""

from __future__ import annotations

import json
import sysconfig
from collections.abc import Callable
from pathlib import Path

from pulumi_exosphere.native.schema import schema
from tests.support.pulumi_project import Project
from tests.support.yaml_program import needs_yaml

PLUGIN = str(Path(sysconfig.get_path("scripts")) / "pulumi-resource-exosphere")
BARE = """\
name: test-project
runtime: yaml
resources:
  ping:
    type: exosphere:Graph
    properties: {namespace: analytics, nodes: {ping: {node_name: Ping}}}
"""


def test_schema(project: Callable[..., Project]) -> None:
    """`pulumi package get-schema` finds nothing wrong with the schema, and prints it."""
    shown = project("").pulumi("package", "get-schema", PLUGIN).check().output
    assert json.loads(shown)["resources"].keys() == json.loads(schema())["resources"].keys()


@needs_yaml
def test_package_add(project: Callable[..., Project]) -> None:
    """`pulumi package add` on the plugin puts the package into a project, whose program then runs."""
    stack = project(BARE)
    stack.pulumi("package", "add", PLUGIN).check()
    assert "exosphere" in (stack.folder / "Pulumi.yaml").read_text().partition("packages:")[2]
    assert stack.preview().check().changes == {"create": 1}
