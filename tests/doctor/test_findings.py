from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_exosphere.doctor.command import examine
from pulumi_exosphere.doctor.findings import Finding, Status
from pulumi_exosphere.local import LocalStateManager
from tests.support.live import put
from tests.support.pulumi_cli import programs
from tests.support.pulumi_project import Project

KEY = "canary-key-in-no-output"
PASSWORD = "canary-password-in-no-output"


@pytest.fixture(autouse=True)
def pulumi_on_path(pulumi_cli: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put Pulumi where a user's shell would find it."""
    monkeypatch.setenv("PATH", os.pathsep.join([programs(), os.environ.get("PATH", os.defpath)]))
    monkeypatch.setenv("PULUMI_SKIP_UPDATE_CHECK", "true")


@pytest.fixture
def configured(state_manager: LocalStateManager, monkeypatch: pytest.MonkeyPatch) -> LocalStateManager:
    """Yield a state manager that the environment's settings name."""
    monkeypatch.setenv("EXOSPHERE_STATE_MANAGER_URI", state_manager.uri)
    monkeypatch.setenv("EXOSPHERE_API_KEY", state_manager.api_key)
    return state_manager


def found(folder: Path, *namespaces: str, stack: str | None = None) -> dict[str, list[Finding]]:
    """Return the findings in a folder, by check."""
    by_check: dict[str, list[Finding]] = {}
    for finding in examine(folder, stack, namespaces):
        by_check.setdefault(finding.check, []).append(finding)
    return by_check


def statuses(findings: dict[str, list[Finding]]) -> dict[str, list[str]]:
    """Return the status of each."""
    return {check: [finding.status.value for finding in several] for check, several in findings.items()}


def test_nothing_is_wrong(configured: LocalStateManager, tmp_path: Path) -> None:
    """Everything that a deployment needs exists, and is listed."""
    findings = found(tmp_path, "analytics")

    assert statuses(findings) == {
        "pulumi-cli": ["ok"],
        "language-host": ["ok"],
        "pulumi-sdk": ["ok"],
        "stack": ["skipped"],
        "address": ["ok"],
        "api-key": ["ok"],
        "reachable": ["ok"],
        "key-accepted": ["ok"],
        "namespaces": ["ok"],
        "nodes": ["ok"],
        "graphs": ["ok"],
        "time-zone": ["hint"],
    }
    assert findings["address"][0].message == f"{configured.uri} (EXOSPHERE_STATE_MANAGER_URI)"
    assert findings["nodes"][0].message == "namespace 'analytics' has Count, Extract, Load, Ping, Transform"


def test_no_pulumi(configured: LocalStateManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a CLI, doctor says where to get one, and still checks everything else."""
    monkeypatch.setenv("PATH", str(tmp_path))

    findings = found(tmp_path)

    assert statuses(findings)["pulumi-cli"] == ["fault"]
    assert statuses(findings)["language-host"] == ["fault"]
    assert "https://www.pulumi.com/docs/install/" in findings["pulumi-cli"][0].advice
    assert statuses(findings)["key-accepted"] == ["ok"]


@pytest.mark.parametrize(
    ("script", "status", "message"),
    [
        ("echo v3.100.1", Status.WARNING, "is v3.100.1; pulumi-exosphere is tested with 3.259 and later 3.x"),
        ("echo v4.0.0", Status.WARNING, "is v4.0.0; pulumi-exosphere is tested with"),
        ("echo nonsense", Status.FAULT, "doesn't say its version"),
        ("exit 3", Status.FAULT, "doesn't say its version"),
    ],
    ids=["old", "another major version", "something else", "broken"],
)
def test_another_pulumi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, status: Status, message: str
) -> None:
    """The reported version is that of the CLI that the shell would run."""
    (tmp_path / "pulumi").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    (finding,) = found(tmp_path)["pulumi-cli"]

    assert finding.status is status
    assert message in finding.message


def test_nothing_is_configured(tmp_path: Path) -> None:
    """Each missing setting is an error that names the configuration's key and the variable."""
    findings = found(tmp_path)

    assert [findings[check][0].status for check in ("address", "api-key", "reachable")] == [
        Status.FAULT,
        Status.FAULT,
        Status.SKIPPED,
    ]
    assert "exosphere:stateManagerUri" in findings["address"][0].advice
    assert "EXOSPHERE_API_KEY" in findings["api-key"][0].advice


@pytest.mark.parametrize(
    ("uri", "check", "status", "words"),
    [
        ("ftp://host", "address", Status.FAULT, "must begin with http:// or https://"),
        (f"http://user:{PASSWORD}@host.invalid/path?x", "address", Status.FAULT, "can't contain ?"),
        (f"http://user:{PASSWORD}@host.invalid", "address", Status.WARNING, "plain http"),
        (f"http://user:{PASSWORD}@127.0.0.1:1", "reachable", Status.FAULT, "127.0.0.1:1"),
    ],
    ids=["no http", "with a query", "plain http to elsewhere", "nobody listens"],
)
def test_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str, check: str, status: Status, words: str
) -> None:
    """A problem with an address is reported without its credentials."""
    monkeypatch.setenv("EXOSPHERE_STATE_MANAGER_URI", uri)
    monkeypatch.setenv("EXOSPHERE_API_KEY", KEY)

    findings = found(tmp_path)

    (finding,) = findings[check]
    assert finding.status is status
    assert words in finding.message
    assert finding.advice
    assert PASSWORD not in repr(findings)
    assert KEY not in repr(findings)


def test_a_wrong_key(configured: LocalStateManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state manager is reached and rejects the key, which isn't repeated."""
    monkeypatch.setenv("EXOSPHERE_API_KEY", KEY)

    findings = found(tmp_path)

    assert statuses(findings)["reachable"] == ["ok"]
    assert statuses(findings)["key-accepted"] == ["fault"]
    assert "exosphere:apiKey" in findings["key-accepted"][0].advice
    assert "nodes" not in findings
    assert KEY not in repr(findings)


def test_no_registered_nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no runtime has registered a node, doctor warns: every deployment would wait."""
    with LocalStateManager(api_key=KEY) as empty:
        monkeypatch.setenv("EXOSPHERE_STATE_MANAGER_URI", empty.uri)
        monkeypatch.setenv("EXOSPHERE_API_KEY", KEY)

        findings = found(tmp_path)

    assert statuses(findings)["namespaces"] == ["warning"]
    assert findings["nodes"][0].message == "namespace 'default' has no registered nodes"
    assert findings["nodes"][0].advice.startswith("start the runtime")


def test_graphs_that_cannot_run(configured: LocalStateManager, tmp_path: Path) -> None:
    """INVALID graphs are named, with what to do about them."""
    ghost = {"node_name": "Ghost", "namespace": "analytics", "identifier": "ghost", "inputs": {}}
    put(configured, "analytics", "broken", {"nodes": [ghost], "secrets": {}})

    (finding,) = found(tmp_path, "analytics")["graphs"]

    assert finding.status is Status.WARNING
    assert finding.message == "namespace 'analytics' has graphs that can't run (INVALID): broken"


PROGRAM = "import pulumi\n"
GRAPHS = """
import pulumi_exosphere as exosphere

ping = exosphere.GraphNodeArgs(node_name="Ping", identifier="ping", namespace="analytics")
exosphere.Graph("pinging", namespace="reports", nodes=[ping])
exosphere.CronTrigger("mornings", graph="by-hand/other", expression="0 9 * * *")
"""
ELSEWHERE = """
import pulumi_exosphere as exosphere

ping = exosphere.GraphNodeArgs(node_name="Ping", identifier="ping")
exosphere.Graph("pinging", namespace="analytics", nodes=[ping], connection={{"uri": "{uri}", "api_key": "{key}"}})
"""


def ping(identifier: str) -> dict[str, object]:
    """Return a node as the API takes it."""
    return {"node_name": "Ping", "namespace": "analytics", "identifier": identifier, "inputs": {}}


def in_project(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up the shell for a project, as its own runs are; none of the settings is the state manager's."""
    for name, value in {**project.env, "PULUMI_CONFIG_PASSPHRASE": "test"}.items():
        if not name.startswith("EXOSPHERE_"):
            monkeypatch.setenv(name, value)


def deployed(
    state_manager: LocalStateManager, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch, program: str
) -> Project:
    """Return a stack with its settings in its configuration, after its first `up`; the shell is set up for it."""
    made = project(program)
    made.config_set("exosphere:stateManagerUri", state_manager.uri)
    made.config_set("exosphere:apiKey", state_manager.api_key, secret=True)
    made.up("--skip-preview").check()
    in_project(made, monkeypatch)
    return made


def test_the_stack_is_looked_at(
    state_manager: LocalStateManager, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stack's configuration counts, secrets included."""
    made = project(PROGRAM)
    made.config_set("exosphere:stateManagerUri", state_manager.uri)
    made.config_set("exosphere:apiKey", state_manager.api_key, secret=True)
    made.config_set("exosphere:namespace", "shared")
    in_project(made, monkeypatch)

    findings = found(made.folder)

    assert findings["stack"][0].message == "the stack sets apiKey, namespace, stateManagerUri under exosphere:"
    assert findings["address"][0].message == f"{state_manager.uri} (exosphere:stateManagerUri)"
    assert statuses(findings)["key-accepted"] == ["ok"]
    assert findings["nodes"][0].message.startswith("namespace 'shared' has ")


def test_faults_of_the_stack(
    state_manager: LocalStateManager, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values that can't be used are errors; a key in clear and two keys are reported, without their values."""
    made = project(PROGRAM)
    made.config_set("exosphere:maxRetries", "many")
    made.config_set("exosphere:apiKey", KEY)
    in_project(made, monkeypatch)
    monkeypatch.setenv("EXOSPHERE_API_KEY", state_manager.api_key)

    findings = found(made.folder)

    (configuration,) = findings["configuration"]
    assert configuration.status is Status.FAULT
    assert configuration.message == "exosphere:maxRetries must be a whole number from 0"
    assert configuration.advice == "correct it with `pulumi config set exosphere:maxRetries ...`"
    assert statuses(findings)["stack"] == ["ok", "warning"]
    assert findings["api-key"][0].status is Status.HINT
    assert KEY not in repr(findings)


def test_a_stack_that_has_no_graphs_yet(
    state_manager: LocalStateManager, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first deployment nobody knows where the graphs will be; doctor says how to configure it."""
    made = deployed(state_manager, project, monkeypatch, PROGRAM)

    findings = found(made.folder)

    assert findings["state"][0].status is Status.HINT
    assert "--namespace NS" in findings["state"][0].advice
    assert "namespace 'analytics' has Count, Extract, Load, Ping, Transform" in [f.message for f in findings["nodes"]]
    assert found(made.folder, "analytics")["nodes"][0].status is Status.OK


def test_the_namespaces_of_the_stacks_graphs(
    state_manager: LocalStateManager, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The namespaces of graphs, of their nodes and of graphs that only get a schedule are checked, and the stack's."""
    put(state_manager, "by-hand", "other", {"nodes": [ping("other")], "secrets": {}})
    made = deployed(state_manager, project, monkeypatch, GRAPHS)

    findings = found(made.folder, stack="test")

    state = "the stack has 2 graphs; namespaces of graphs and nodes: analytics, by-hand, reports"
    assert findings["state"][0].message == state
    assert [finding.message for finding in findings["nodes"]] == [
        "namespace 'analytics' has Count, Extract, Load, Ping, Transform"
    ]
    assert [finding.message for finding in findings["graphs"]] == [
        "namespace 'by-hand' has 1 graph",
        "namespace 'reports' has 1 graph",
    ]
    made.config_set("exosphere:namespace", "shared")
    assert found(made.folder)["nodes"][1].message == "namespace 'shared' has Extract, Notify"
    assert [finding.message for finding in found(made.folder, "shared")["graphs"]] == [
        "namespace 'shared' has 0 graphs"
    ]


def test_what_the_stacks_graphs_lack(
    state_manager: LocalStateManager, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that is no longer registered and a graph that was retired are named, with the solution."""
    put(state_manager, "by-hand", "other", {"nodes": [ping("other")], "secrets": {}})
    made = deployed(state_manager, project, monkeypatch, GRAPHS)
    state_manager.clear()
    state_manager.register("analytics", [{"name": "Extract"}])

    findings = found(made.folder)

    assert findings["nodes"][0].message == "namespace 'analytics' lacks nodes that the stack's graphs need: Ping"
    assert findings["graphs"][1].message == "namespace 'reports' lacks graphs that the stack's state contains: pinging"
    assert "`pulumi up --refresh`" in findings["graphs"][1].advice


def test_graphs_at_another_state_manager(
    state_manager: LocalStateManager, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A graph with a connection to another server is counted, and not requested from the configured address."""
    with LocalStateManager(api_key=KEY) as other:
        other.register("analytics", [{"name": "Ping"}])
        made = deployed(state_manager, project, monkeypatch, ELSEWHERE.format(uri=other.uri, key=KEY))

        findings = found(made.folder)

    (finding,) = findings["state"]
    assert (
        finding.message == "the stack has no graphs here yet; not checked: 1 with a connection to another state manager"
    )
    assert KEY not in repr(findings)


def test_connections_in_the_place_of_a_configuration(
    state_manager: LocalStateManager, project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing must be configured if each resource of the stack has a connection of its own."""
    connected = ELSEWHERE.format(uri=state_manager.uri, key=state_manager.api_key)
    made = project(connected)
    made.up("--skip-preview").check()
    in_project(made, monkeypatch)

    findings = found(made.folder)

    assert statuses(findings)["address"] == statuses(findings)["api-key"] == ["hint"]
    assert not any("fault" in several for several in statuses(findings).values())
    assert state_manager.api_key not in repr(findings)

    made.program = f'{connected}\nexosphere.Graph("more", namespace="analytics", nodes=[ping])\n'
    made.up("--skip-preview").check()

    assert statuses(found(made.folder))["api-key"] == ["fault"]


@pytest.mark.parametrize(
    ("stack", "passphrase"), [("other", "test"), (None, "wrong")], ids=["no such stack", "wrong passphrase"]
)
def test_a_stack_that_cannot_be_read(
    project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch, stack: str | None, passphrase: str
) -> None:
    """It says what to try, and continues with the environment."""
    made = project(PROGRAM)
    made.config_set("exosphere:apiKey", KEY, secret=True)
    in_project(made, monkeypatch)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", passphrase)

    findings = found(made.folder, stack=stack)

    (finding,) = findings["stack"]
    assert finding.status is Status.FAULT
    assert "PULUMI_CONFIG_PASSPHRASE" in finding.advice
    assert statuses(findings)["api-key"] == ["fault"]


def test_a_stack_without_a_program(tmp_path: Path) -> None:
    """If it is called for a stack in a folder without a program, it says so instead of searching elsewhere."""
    (finding,) = found(tmp_path, stack="production")["stack"]

    assert finding.status is Status.FAULT
    assert "--cwd DIR" in finding.advice


@pytest.mark.parametrize(
    ("runtime", "status"),
    [
        pytest.param("python", "fault", id="plain"),
        pytest.param("{name: python}", "fault", id="without-options"),
        pytest.param("{name: python, options: {toolchain: pip}}", "fault", id="pip"),
        pytest.param("{name: python, options: {toolchain: uv}}", "ok", id="uv"),
        pytest.param("{name: python, options: {toolchain: poetry}}", "ok", id="poetry"),
        pytest.param("{name: python, options: {toolchain: pip, virtualenv: venv}}", "ok", id="another-environment"),
        pytest.param("[", "ok", id="unreadable"),
        pytest.param(None, "ok", id="no-project"),
    ],
)
def test_an_environment_without_pip(
    runtime: str | None, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is reported, with the setting to change, if Pulumi would call pip and fail."""
    monkeypatch.setitem(sys.modules, "pip", None)  # As if uv, which installs none, had made the environment.
    if runtime is not None:
        (tmp_path / "Pulumi.yaml").write_text(f"name: reports\nruntime: {runtime}\n")
    (finding,) = found(tmp_path, "analytics")["pulumi-sdk"]
    assert finding.status.value == status
    if status == "fault":
        assert "runtime.options.toolchain" in finding.advice
