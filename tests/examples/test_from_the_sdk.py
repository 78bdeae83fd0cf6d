from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support.pulumi_project import Project

WITH_AN_OUTPUT = """
import pulumi
import pulumi_exosphere as exosphere
from exospherehost import GraphNodeModel

bucket = pulumi.Output.from_input("s3://bucket")
node = GraphNodeModel(node_name="Extract", namespace="analytics", identifier="extract", inputs={"source": bucket})
exosphere.Graph("report", namespace="analytics", nodes=[node])
"""
EXAMPLE = Path(__file__).parents[2] / "examples" / "from-the-sdk"
SDK = find_spec("exospherehost") is not None
needs_sdk = pytest.mark.skipif(not SDK, reason="Exosphere's own SDK isn't installed: it needs Python 3.12")


@pytest.fixture
def example(project: Callable[..., Project]) -> Project:
    """Return the program, configured."""
    made = project(EXAMPLE)
    made.config_set("warehousePassword", "not-in-clear-anywhere", secret=True)
    return made


@needs_sdk
def test_the_sdks_objects_are_taken(example: Project, state_manager: LocalStateManager) -> None:
    """The SDK's own models declare the graph as they would upsert it, and the next preview has no changes."""
    assert example.up("--skip-preview").check().changes == {"create": 1}

    (graph,) = state_manager.graphs("analytics")
    assert graph["validation_status"] == "VALID"
    assert graph["nodes"][-1]["unites"] == {"identifier": "extract", "strategy": "ALL_SUCCESS"}
    assert graph["retry_policy"] == {
        "max_retries": 5,
        "strategy": "EXPONENTIAL_FULL_JITTER",
        "backoff_factor": 2000,
        "exponent": 2,
        "max_delay": None,
    }
    assert graph["store_config"]["default_values"] == {"source": "s3://reports/today"}
    assert [trigger["value"] for trigger in graph["triggers"]] == [{"expression": "0 9 * * 1-5"}]
    assert example.preview("--expect-no-changes").check().changes == {}


@needs_sdk
def test_a_models_input_may_be_an_output(state_manager: LocalStateManager, project: Callable[..., Project]) -> None:
    """Outputs of other resources can be inputs of a model."""
    assert project(WITH_AN_OUTPUT).up("--skip-preview").check().changes == {"create": 1}

    (graph,) = state_manager.graphs("analytics")
    assert graph["nodes"][0]["inputs"] == {"source": "s3://bucket"}


@pytest.mark.skipif(SDK, reason="Exosphere's own SDK is installed")
def test_without_the_sdk_it_says_what_is_missing(example: Project) -> None:
    """The error is one sentence that says what to install, with no traceback."""
    output = example.preview().refused().output

    assert "pip install exospherehost (it needs Python 3.12 or later)" in output
    assert "Traceback" not in output
