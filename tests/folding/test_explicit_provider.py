"""Explicit providers, which `pulumi:disable-default-providers` requires: no setting is lost silently."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pulumi
import pytest

import pulumi_exosphere as exosphere
from tests.support.pulumi_project import Project
from tests.support.running import graph, run

Make = Callable[..., Project]

CONFIG = {
    "allowedNamespaces": '["staging"]',
    "apiKey": "canary",
    "namespace": "analytics",
    "stateManagerUri": "http://a",
}


class Component(pulumi.ComponentResource):
    """A parent that passes its provider on."""

    def __init__(self, provider: pulumi.ProviderResource) -> None:
        super().__init__("tests:index:Component", "component", opts=pulumi.ResourceOptions(providers=[provider]))


def hooks(**properties: Any) -> pulumi.ProviderResource:
    """A provider with these settings."""
    return pulumi.ProviderResource("pulumi-python", "hooks", {f"exosphere:{k}": v for k, v in properties.items()})


WAYS: dict[str, Callable[[pulumi.ProviderResource], pulumi.ResourceOptions]] = {
    "its own": lambda provider: pulumi.ResourceOptions(provider=provider),
    "its parent's": lambda provider: pulumi.ResourceOptions(parent=Component(provider)),
}


@pytest.mark.parametrize("options", WAYS.values(), ids=WAYS)
def test_settings_that_do_not_arrive_are_refused(options: Callable[..., pulumi.ResourceOptions]) -> None:
    """The error names all of them, for a graph and for an attachment by id; on the provider they are accepted."""
    lacking = "lacks exosphere:allowedNamespaces, exosphere:stateManagerUri. Give them"
    given = {key: value for key, value in CONFIG.items() if key != "namespace"}

    def by_itself(**settings: str) -> None:
        graph("g", options(hooks(**settings)))

    def by_id(**settings: str) -> None:
        exosphere.RetryPolicy("retry", graph="analytics/report", max_retries=1, opts=options(hooks(**settings)))

    for declare in (by_itself, by_id):
        with pytest.raises(exosphere.InvalidGraph, match=lacking) as raised:
            run(partial(declare, apiKey="canary"), config=CONFIG)
        assert "canary" not in str(raised.value)
        run(partial(declare, **given), config=CONFIG)


def test_a_default_provider_needs_nothing() -> None:
    """Neither a default provider nor a provider of another package is an error."""
    run(lambda: graph("g", pulumi.ResourceOptions(providers=[pulumi.ProviderResource("other", "o")])), config=CONFIG)


PROGRAM = """
import pulumi
import pulumi_exosphere as exosphere

config = pulumi.Config("exosphere")
hooks = pulumi.ProviderResource(
    "pulumi-python",
    "hooks",
    {
        "exosphere:stateManagerUri": config.require("stateManagerUri"),
        "exosphere:apiKey": config.require_secret("apiKey"),
        "exosphere:allowedNamespaces": config.get("allowedNamespaces"),
    },
)
exosphere.Graph(
    "daily-report",
    namespace="analytics",
    nodes=[exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")],
    opts=pulumi.ResourceOptions(provider=hooks),
)
"""


def test_without_default_providers(project: Make, state_manager: Any) -> None:
    """The settings arrive as the provider's properties, including the guard; the graph is deployed and destroyed."""
    stack = project(PROGRAM, {"EXOSPHERE_STATE_MANAGER_URI": "", "EXOSPHERE_API_KEY": ""})
    stack.config_set("pulumi:disable-default-providers", '["*"]')
    stack.config_set("exosphere:stateManagerUri", state_manager.uri)
    stack.config_set("exosphere:apiKey", state_manager.api_key, secret=True)
    stack.config_set("exosphere:allowedNamespaces", '["staging"]')
    refused = stack.preview().refused()
    assert "'analytics' isn't among exosphere:allowedNamespaces" in refused.output
    assert "in plain text" not in refused.output
    stack.config_set("exosphere:allowedNamespaces", '["analytics"]')
    stack.config_set("exosphere:apiKey", state_manager.api_key)
    done = stack.up("--skip-preview").check()
    assert "the stack's file contains exosphere:apiKey in plain text" in done.output
    assert state_manager.graph("analytics", "daily-report")["validation_status"] == "VALID"
    stack.destroy("--skip-preview").check()
