"""The zero-diff contract: what nobody changed is no change, in any order and in any spelling."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

EXAMPLES = Path(__file__).parents[2] / "examples"
NOT_HERE = {
    "beside-cloud-resources": "needs a cloud, and the plugin of its provider",
    **({} if find_spec("exospherehost") else {"from-the-sdk": "needs Exosphere's own SDK, which isn't installed"}),
}
"""Examples that can't run here, with the reason."""
CONFIG = ("warehousePassword", "apiKey", "stateManagerKey")
"""Keys that examples require; add those of a new example here."""
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/Pulumi.yaml"))


def test_examples_that_can_not_run() -> None:
    """Every excused example exists."""
    assert NOT_HERE.keys() <= set(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_HERE])
def test_example(project: Make, state_manager: LocalStateManager, name: str) -> None:
    """An example that went live has no changes to preview or refresh, in whatever order it is listed."""
    stack = project(EXAMPLES / name)
    config = [argument for key in CONFIG for argument in ("--config", f"{key}=canary")]
    try:
        assert set(stack.up("--skip-preview", *config).check().changes) == {"create"}
        nothing_changes(stack)
        state_manager.faults.shuffled = True
        assert stack.preview("--refresh", "--expect-no-changes").check().changes == {}
    finally:
        state_manager.faults.shuffled = False
        if name == "own-state-manager":  # It is a process of its own.
            stack.destroy("--skip-preview").check()


HEAD = """\
import pulumi
import pulumi_exosphere as exosphere

password = pulumi.Output.secret("canary")
"""

PLAIN = """\
graph = exosphere.Graph(
    "report",
    namespace="analytics",
    nodes=[
        exosphere.GraphNodeArgs(
            node_name="Extract",
            identifier="extract",
            inputs={"source": "bucket", "day": "${{ store.day }}"},
            next_nodes=["clean", "count"],
        ),
        exosphere.GraphNodeArgs(
            node_name="Transform",
            identifier="clean",
            inputs={"rows": "${{ extract.outputs.rows }}", "mode": "strict"},
        ),
        exosphere.GraphNodeArgs(node_name="Ping", identifier="count", next_nodes=["last"]),
        exosphere.GraphNodeArgs(
            node_name="Ping", identifier="last", unites=exosphere.UnitesArgs(identifier="extract")
        ),
    ],
    secrets={"one": password, "two": password},
    retry_policy=exosphere.RetryPolicyArgs(max_retries=5, backoff_factor=1000),
    store_config=exosphere.StoreConfigArgs(
        required_keys=["day", "cursor"], default_values={"mode": "strict", "size": "100"}
    ),
    triggers=[exosphere.CronTriggerArgs(expression="0 9 * * *"), exosphere.CronTriggerArgs(expression="@daily")],
)
other = exosphere.Graph(
    "other", namespace="analytics", nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")]
)
exosphere.RetryPolicy("retry", graph=other, max_retries=7)
exosphere.StoreConfig("store", graph=other, required_keys=["b", "a"], default_values={"x": "1", "y": "2"})
"""

OTHERWISE = """\
other = exosphere.Graph(
    "other",
    name="other",
    namespace=" analytics ",
    nodes=[{"identifier": " ping ", "node_name": " Ping", "inputs": None, "next_nodes": None, "unites": None}],
    secrets=None,
    retry_policy=None,
)
exosphere.StoreConfig("store", graph=other, default_values={"y": "2", " x": "1"}, required_keys=["a", " b"])
exosphere.RetryPolicy("retry", graph=other, max_retries="7", strategy=None, exponent=2.0, max_delay=None)
graph = exosphere.Graph(
    "report",
    triggers=[{"expression": "@daily"}, {"expression": pulumi.Output.from_input("0 9 * * *")}],
    store_config={"default_values": {"size": "100", "mode ": "strict"}, "required_keys": ["cursor", "day "]},
    retry_policy={
        "backoff_factor": "1000",
        "exponent": None,
        "max_delay": None,
        "max_retries": 5.0,
        "strategy": "EXPONENTIAL",
    },
    secrets={"two": password, "one": password},
    nodes=[
        {
            "identifier": "last",
            "node_name": "Ping ",
            "inputs": {},
            "next_nodes": [],
            "unites": {"strategy": exosphere.UnitesStrategy.ALL_SUCCESS, "identifier": " extract "},
        },
        exosphere.GraphNodeArgs(node_name="Ping", identifier="count", inputs={}, next_nodes=[" last"]),
        exosphere.GraphNodeArgs(
            node_name=pulumi.Output.from_input("Transform"),
            identifier="clean",
            namespace="analytics",
            inputs={"mode": pulumi.Output.from_input("strict"), "rows": "${{ extract.outputs.rows }}"},
            next_nodes=None,
            unites=None,
        ),
        exosphere.GraphNodeArgs(
            inputs={"day": "${{ store.day }}", "source": "bucket"},
            next_nodes=("clean ", "count"),
            identifier="extract",
            node_name=" Extract ",
        ),
    ],
    namespace="analytics",
    name=None,
    adopt=None,
)
"""


@pytest.mark.parametrize(
    ("project", "first", "then"),
    [("dynamic", PLAIN, OTHERWISE), ("dynamic", OTHERWISE, PLAIN), ("native", OTHERWISE, PLAIN)],
    ids=["plain", "otherwise", "otherwise-native"],
    indirect=["project"],
)
def test_spellings(project: Make, state_manager: LocalStateManager, first: str, then: str) -> None:
    """Another way to write the same changes nothing: order, spaces, numbers, `None`, dicts, enums.

    The order of next_nodes decides which references are allowed: it is kept, and another order is a change.
    """
    stack = project(HEAD + first)
    assert stack.up("--skip-preview").check().changes.keys() == {"create"}
    stack.program = HEAD + then
    nothing_changes(stack)
    state_manager.faults.shuffled = True
    assert stack.preview("--refresh", "--expect-no-changes").check().changes == {}
    stack.program = HEAD + PLAIN.replace('["clean", "count"]', '["count", "clean"]')
    assert stack.preview().check().changes == {"update": 1}


def nothing_changes(stack: Project) -> None:
    """The preview is empty, so is a refresh, and so is the preview after it."""
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert stack.refresh("--expect-no-changes").check().changes == {}
    assert stack.preview("--expect-no-changes").check().changes == {}
