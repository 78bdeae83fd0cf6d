from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pulumi_exosphere.local.bodies import GraphBody

NODE = {"node_name": "N", "namespace": "ns", "identifier": "a", "inputs": {}}
BODY = {"secrets": {}, "nodes": [NODE]}


def node(**fields: Any) -> dict[str, Any]:
    """Return a body with one node that has these fields."""
    return {**BODY, "nodes": [{**NODE, **fields}]}


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({"nodes": []}, "secrets"),
        ({**BODY, "secrets": {"a": 5}}, "secrets.a"),
        (node(unites={"identifier": " "}), "nodes.0.unites"),
        (node(unites={}), "nodes.0.unites.identifier"),
        (node(next_nodes=["b", 5]), "nodes.0.next_nodes.1"),
        (node(next_nodes=["b", ""]), "nodes.0.next_nodes"),
        ({**BODY, "triggers": [{"type": "CRON"}]}, "triggers.0.expression"),
        ({**BODY, "triggers": [{"type": "HOOK", "value": {}}]}, "triggers.0.type"),
        ({**BODY, "triggers": [{"type": "CRON", "value": {"expression": 5}}]}, "triggers.0.value.expression"),
        ({**BODY, "retry_policy": {"max_retries": "1.5"}}, "retry_policy.max_retries"),
        ({**BODY, "store_config": {"default_values": {" ": "x"}}}, "store_config.default_values"),
    ],
)
def test_locations(body: dict[str, Any], location: str) -> None:
    """If the recorded cases have no example, the location follows from the order in which the state manager reads."""
    with pytest.raises(ValidationError) as error:
        GraphBody.model_validate(body)
    assert [".".join(map(str, one["loc"])) for one in error.value.errors()] == [location]


def test_what_is_stored() -> None:
    """Defaults are filled in, names trimmed, integers parsed, and a trigger's value kept whole."""
    body = {
        **node(node_name=" N ", identifier="\ta", next_nodes=None, unites={"identifier": " b "}),
        "retry_policy": {"max_retries": True, "backoff_factor": "7", "exponent": 2.0},
        "store_config": {"required_keys": [" k"], "default_values": {"d ": " x "}},
        "triggers": [{"type": "CRON", "value": {"expression": " @daily", "timezone": "UTC"}}] * 2,
    }
    with pytest.raises(ValidationError):
        GraphBody.model_validate(body)  # An alias works only without spaces around it.
    body["triggers"] = [{"type": "CRON", "value": {"expression": "@daily", "timezone": "UTC"}}] * 2
    assert GraphBody.model_validate(body).model_dump() == {
        "secrets": {},
        "nodes": [
            {
                "node_name": "N",
                "namespace": "ns",
                "identifier": "a",
                "inputs": {},
                "next_nodes": [],
                "unites": {"identifier": "b", "strategy": "ALL_SUCCESS"},
            }
        ],
        "retry_policy": {
            "max_retries": 1,
            "strategy": "EXPONENTIAL",
            "backoff_factor": 7,
            "exponent": 2,
            "max_delay": None,
        },
        "store_config": {"required_keys": ["k"], "default_values": {"d": " x "}},
        "triggers": body["triggers"],
    }
