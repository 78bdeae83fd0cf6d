from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_exosphere.review.values import SECRET, UNKNOWN, Secrets
from tests.review.documents import UNKNOWN as UNKNOWN_TEXT

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
TYPE = "pulumi-python:dynamic/exosphere:Graph"


def clean(value: Any, **inputs: Any) -> Any:
    """Return the value as it is shown for a graph with these inputs."""
    return Secrets([{"type": TYPE, "inputs": {"value": value, **inputs}}]).clean(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param("[secret]", SECRET, id="as-the-cli-writes-it"),
        pytest.param({SIGNATURE: SECRET_SIGNATURE, "ciphertext": "v1:abc"}, SECRET, id="ciphertext"),
        pytest.param({SIGNATURE: SECRET_SIGNATURE, "plaintext": '"hunter2"'}, SECRET, id="plaintext"),
        pytest.param(
            {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": "x", "secret": True}, SECRET, id="output"
        ),
        pytest.param({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": "x"}, "x", id="output-in-clear"),
        pytest.param({SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}, UNKNOWN, id="output-without-value"),
        pytest.param({SIGNATURE: "some other thing", "path": "/etc"}, SECRET, id="asset"),
        pytest.param(UNKNOWN_TEXT, UNKNOWN, id="unknown"),
        pytest.param(f"s3://{UNKNOWN_TEXT}/rows", UNKNOWN, id="partly-unknown"),
        pytest.param(3.0, 3, id="whole-number"),
        pytest.param({"__provider": "x", "a": ["b", None]}, {"__provider": "x", "a": ["b", None]}, id="any-name"),
    ],
)
def test_special_values_are_read(value: Any, shown: Any) -> None:
    """The engine's own forms are distinguished from data."""
    assert clean(value) == shown


def test_a_secret_in_clear_is_hidden_wherever_it_stands() -> None:
    """A program that passes a secret as plain text leaves it in the document."""
    assert clean("postgres://u:hunter2@db", secrets={"password": "hunter2"}) is SECRET
    assert clean("key-of-mine", connection={"uri": "http://x", "api_key": "key-of-mine"}) is SECRET
    assert clean("hunter2", other={SIGNATURE: SECRET_SIGNATURE, "plaintext": json.dumps("hunter2")}) is SECRET
    assert clean("hunter2", other={SIGNATURE: SECRET_SIGNATURE, "plaintext": json.dumps({"a": ["hunter2"]})}) is SECRET


def test_a_short_secret_hides_what_equals_it() -> None:
    """It would occur in too many other values."""
    assert clean("a1", secrets={"pin": "1"}) == "a1"
    assert clean("1", secrets={"pin": "1"}) is SECRET


def test_a_node_may_be_called_secrets() -> None:
    """Only the graph's own secrets are secret."""
    assert clean("Extract", nodes={"secrets": {"node_name": "Extract"}}) == "Extract"


def test_no_message_repeats_a_secret() -> None:
    """A traceback can contain anything."""
    secrets = Secrets([{"type": TYPE, "inputs": {"secrets": {"password": "hunter2"}}}])
    assert secrets.message("can't log in as hunter2") == "can't log in as [secret]"
