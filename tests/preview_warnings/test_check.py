"""Checks and reports of a preview, in Pulumi's own runtime; the real CLI is in `tests/preview`."""

from __future__ import annotations

import pulumi
import pytest

import pulumi_exosphere as exosphere
from pulumi_exosphere.local import LocalStateManager
from tests.support.running import attempt, graph, run

PING = [{"node_name": "Ping", "identifier": "ping"}]
EXTRACT = {"node_name": "Extract", "identifier": "extract"}


def warned(text: str) -> list[str]:
    """Return the warnings that were printed, since there is no engine to report to."""
    return [line.removeprefix("warning: ") for line in text.splitlines() if line.startswith("warning: ")]


@pytest.fixture
def config(state_manager: LocalStateManager) -> dict[str, str]:
    """Return the configuration for the embedded state manager."""
    return {"stateManagerUri": state_manager.uri, "apiKey": state_manager.api_key}


def test_one_listing_for_each_namespace(
    state_manager: LocalStateManager, config: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each namespace is listed once for any number of graphs; only the node of another namespace is warned of."""

    def program() -> None:
        for number in range(3):
            graph(f"g{number}", namespace="analytics", nodes=PING)
        graph("h", namespace="other", nodes=[{**PING[0], "namespace": "analytics"}])

    run(program, preview=True, config=config)
    assert sorted(request.path for request in state_manager.requests) == [
        "/v0/namespace/analytics/graphs/",
        "/v0/namespace/analytics/nodes/",
        "/v0/namespace/other/graphs/",
    ]
    (warning,) = warned(capsys.readouterr().err)
    assert warning.startswith(
        "graph 'h' in namespace 'other', nodes.ping.namespace: is 'analytics', but the graph is in"
    )


def test_update_looks_at_nothing(
    state_manager: LocalStateManager, config: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An update doesn't repeat what its preview reported."""
    run(lambda: graph(triggers=[{"expression": "@daily"}, {"expression": "0 0 * * *"}]), config=config)
    assert (state_manager.requests, warned(capsys.readouterr().err)) == ([], [])


def test_folded_sections_and_secrets(config: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Attachments count like arguments, and a secret is reported where the state manager shows it."""

    def program() -> None:
        hidden = pulumi.Output.secret("canary-secret")
        made = graph(
            namespace="analytics",
            nodes=[{**EXTRACT, "inputs": {"source": pulumi.Output.concat("x", hidden)}}],
        )
        exosphere.StoreConfig("store", graph=made, required_keys=["cursor"], default_values={"token": hidden})
        exosphere.CronTrigger("daily", graph=made, expression="@daily")

    run(program, preview=True, config=config)
    err = capsys.readouterr().err
    keys, source, token = warned(err)
    assert keys.startswith("graph 'g' in namespace 'analytics', triggers: a scheduled run starts with an empty store")
    assert source.startswith("graph 'g' in namespace 'analytics', node 'extract': its input 'source' is a secret")
    assert token.startswith("graph 'g' in namespace 'analytics': the store's default 'token' is a secret")
    assert "canary" not in err


def test_unknown_is_left_out(config: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is reported of a node that is known only after the update; everything is of the others."""

    def program() -> None:
        first = graph("first", namespace="analytics", nodes=PING)
        nodes = [
            {**EXTRACT, "node_name": first.updated_at, "next_nodes": ["b"]},
            {"node_name": "Pong", "identifier": "b", "inputs": {"x": first.updated_at}},
        ]
        graph(namespace="analytics", nodes=nodes, secrets={"a": first.updated_at})

    run(program, preview=True, config=config)
    (warning,) = warned(capsys.readouterr().err)
    assert warning.startswith("graph 'g' in namespace 'analytics', node 'b': node 'Pong' in namespace 'analytics'")


def test_namesakes(config: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Two graphs of one name with one schedule delete each other's schedules; the later one causes a warning."""

    def program() -> None:
        for namespace in ("analytics", "other", "third"):
            nodes = [{**PING[0], "namespace": "analytics"}]
            schedule = "@daily" if namespace != "third" else "@hourly"
            graph(f"in-{namespace}", name="g", namespace=namespace, nodes=nodes, triggers=[{"expression": schedule}])

    run(program, preview=True, config=config)
    (warning,) = [text for text in warned(capsys.readouterr().err) if "nodes.ping.namespace" not in text]
    assert warning == (
        "graph 'g' in namespace 'other' has the same name and schedule ('@daily') as the one in namespace 'analytics', "
        "but the state manager keeps schedules by name: only the graph that is written last would run. Give one of "
        "them another name"
    )


def test_other_namespaces_are_looked_through(
    state_manager: LocalStateManager, config: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """They are listed for a node that isn't registered where it should be."""
    run(lambda: graph(namespace="analytics", nodes=[{**EXTRACT, "node_name": "Notify"}]), preview=True, config=config)
    (warning,) = warned(capsys.readouterr().err)
    assert "(but it is in namespace 'shared')" in warning
    assert "/v0/namespace/shared/nodes/" in [request.path for request in state_manager.requests]


def test_error_ends_the_preview_when_all_was_told(config: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The problems of every graph are reported, as errors, before one of them ends the program."""

    def program() -> None:
        for name in ("g", "h"):
            graph(name, namespace="analytics", nodes=[{**EXTRACT, "node_name": "Pong"}])

    done = attempt(program, preview=True, config={**config, "registryCheck": "error"})
    assert isinstance(done.failure, exosphere.InvalidGraph)
    assert "exosphere:registryCheck is 'error'" in str(done.failure)
    reported = [line for line in capsys.readouterr().err.splitlines() if "isn't registered" in line]
    assert [line[:16] for line in sorted(reported)] == ["error: graph 'g'", "error: graph 'h'"]


def test_off(state_manager: LocalStateManager, config: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is reported, and the only request is for whether a new graph exists already."""
    run(
        lambda: graph(triggers=[{"expression": "@daily"}, {"expression": "0 0 * * *"}]),
        preview=True,
        config={**config, "registryCheck": "off"},
    )
    assert [request.path for request in state_manager.requests] == ["/v0/namespace/ns/graphs/"]
    assert warned(capsys.readouterr().err) == []


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({}, "no state manager's address is configured"),
        ({"stateManagerUri": "http://127.0.0.1:1"}, "no API key is configured"),
        ({"stateManagerUri": "http://127.0.0.1:1", "apiKey": "k"}, "http://127.0.0.1:1 refused the connection"),
    ],
    ids=["no address", "no key", "no server"],
)
def test_nothing_in_reach(config: dict[str, str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One short line for the whole run says what was not checked, without advice, and the preview goes on."""

    def program() -> None:
        graph("g", namespace="one", triggers=[{"expression": "@daily"}, {"expression": "0 0 * * *"}])
        graph("h", namespace="two")

    run(program, preview=True, config=config)
    said = capsys.readouterr()
    line = not_looked_at(said.out + said.err)
    assert reason in line
    assert "pulumi config set" not in line
    assert len(warned(said.err)) == 1


def test_state_manager_of_the_same_program(capsys: pytest.CaptureFixture[str]) -> None:
    """Before it is deployed there is nothing to list."""

    def program() -> None:
        server = graph("server", connection={"uri": "http://127.0.0.1:1", "api_key": "k"})
        graph(connection={"uri": server.updated_at, "api_key": "k"})

    run(program, preview=True, config={"stateManagerUri": "http://127.0.0.1:1"})
    said = capsys.readouterr()
    assert "were not checked" in not_looked_at(said.out + said.err)


def not_looked_at(text: str) -> str:
    """Return the one line that says why nothing could be checked."""
    (line,) = [line for line in text.splitlines() if "were not checked" in line]
    return line
