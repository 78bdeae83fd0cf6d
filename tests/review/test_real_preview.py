from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_exosphere.cli import main
from tests.support.pulumi_project import Project

CANARY = "canary-93a1"
PROGRAM = """\
import pulumi
import pulumi_exosphere as exosphere

report = exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(node_name="Extract", identifier="extract", next_nodes=["load"],
                                inputs={{"source": pulumi.Output.secret("{secret}")}}),
        exosphere.GraphNodeArgs(node_name="Load", identifier="load",
                                inputs={{"rows": "${{{{ extract.outputs.rows }}}}"}}),
    ],
    secrets={{"warehouse_password": "{secret}"}},
    store_config=exosphere.StoreConfigArgs(default_values={{"token": pulumi.Output.secret("{secret}")}}),
)
exosphere.CronTrigger("nights", graph=report, expression="0 3 * * *")
"""


def test_a_real_preview_becomes_a_comment_without_secrets(
    project: Callable[..., Project], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a new graph and a rotated secret, also with `--show-secrets`."""
    program = project(PROGRAM.format(secret=CANARY))
    preview = tmp_path / "preview.json"

    def commented() -> str:
        preview.write_text(program.pulumi("preview", "--stack", "test", "--json", "--show-secrets").check().output)
        assert main(["review", str(preview), "--now", "2026-01-05T08:00"]) == 0
        return capsys.readouterr().out

    made = commented()
    assert "1 graph is new" in made
    assert "new schedule `0 3 * * *`: at 03:00 every day; next Tue 6 Jan 03:00" in made
    program.up("--skip-preview").check()
    program.program = PROGRAM.format(secret=f"{CANARY}-rotated")
    rotated = commented()
    assert "secret `warehouse_password` gets a new value (revision `2`)" in rotated
    assert CANARY not in made + rotated
    assert json.loads(preview.read_text())["steps"]
