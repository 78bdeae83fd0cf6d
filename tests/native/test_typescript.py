"""A program in TypeScript, if its requirements are installed (`make typescript`)."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support import by_hand
from tests.support.pulumi_cli import environment
from tests.support.pulumi_project import Project
from tools.pulumi.typescript import MODULES, host

HOST = host()
THERE = HOST is not None and shutil.which("node") is not None and (MODULES / "@pulumi" / "pulumi").exists()

pytestmark = pytest.mark.skipif(
    not THERE, reason="Node's language host or Pulumi's package is missing: `make typescript`"
)

PROGRAM = """\
import * as pulumi from "@pulumi/pulumi";

class Graph extends pulumi.CustomResource {
    readonly validation_status!: pulumi.Output<string>;

    constructor(name: string, args: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
        super("exosphere:index:Graph", name, { validation_status: undefined, ...args }, opts);
    }
}

const report = new Graph("report", {
    namespace: "analytics",
    nodes: {
        extract: { node_name: "Extract", inputs: { source: "SOURCE" }, next_nodes: ["load"] },
        load: { node_name: "Load", inputs: { rows: "${{ extract.outputs.rows }}" } },
    },
    secrets: { warehouse_password: pulumi.secret("canary-secret") },
    retry_policy: { max_retries: 5 },
});

export const status = report.validation_status;
"""


def live(state_manager: LocalStateManager) -> dict[str, Any]:
    """Return the stored document."""
    stored = state_manager.graph("analytics", "report")
    assert stored is not None
    return stored


def test_life(project: Callable[..., Project], state_manager: LocalStateManager) -> None:
    """Create, no change, drift, conflict, update, a failed update that is undone, destroy; no secret is in clear."""
    path = os.pathsep.join([environment()["PATH"], str(HOST)])
    stack = project("name: test-project\nruntime: nodejs\n", {"PATH": path})
    stack.write("package.json", json.dumps({"name": "report", "main": "index.ts"}))
    stack.write("tsconfig.json", json.dumps({"compilerOptions": {"strict": True, "target": "es2020"}}))
    stack.write("index.ts", PROGRAM.replace("SOURCE", "bucket"))
    Path(stack.folder, "node_modules").symlink_to(MODULES, target_is_directory=True)
    stack.up("--skip-preview").check()
    assert stack.outputs() == {"status": "VALID"}
    assert stack.preview("--expect-no-changes").check().changes == {}

    by_hand.change(state_manager, "analytics", "report", lambda body: body["retry_policy"].update(max_retries=1))
    stack.write("index.ts", PROGRAM.replace("SOURCE", "lake"))
    assert "changed outside this stack" in stack.preview().refused().output
    shown = stack.up("--refresh", "--diff", "--skip-preview").check()
    assert 'source: "bucket" => "lake"' in shown.output
    assert live(state_manager)["nodes"][0]["inputs"] == {"source": "lake"}
    assert live(state_manager)["retry_policy"]["max_retries"] == 5

    stack.write("index.ts", PROGRAM.replace('"Load"', '"Transform"'))  # It needs one more input.
    stack.up("--skip-preview").refused()
    assert live(state_manager)["validation_status"] == "VALID"
    assert [one["node_name"] for one in live(state_manager)["nodes"]] == ["Extract", "Load"]
    stack.destroy("--skip-preview").check()
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"
    assert stack.holding("canary-secret") == []
