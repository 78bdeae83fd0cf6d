"""Records what the real CLI says of `recorded_program` in ``previews/``, and the comments in ``comments/``.

Not a test: ``python -m tests.review.record``, when the shape of the state or of the CLI's document changes;
``python -m tests.review.record --comments``, when a comment's words do.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.review.gather import review
from pulumi_exosphere.review.markdown import comment
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.terminal import text
from pulumi_exosphere.state_manager import StateManager
from tests.review.documents import CLOCK, COMMENTS, PREVIEWS, recorded
from tests.support.nodes import NODES
from tests.support.pulumi_project import Project

HERE = Path(__file__).parent
SECRET = "canary-7f2e-secret"
ADDRESS = "https://exosphere.example.com"
EU = "https://eu.example.com"
_LEFT_OUT = {"stackTrace", "sourcePosition", "__provider", "provider", "created", "modified"}
_CASES = ("changed", "renamed", "united", "replaced", "resource-renamed", "retired", "broken", "elsewhere")
_ATTACHED = (
    "inlined",
    "outlined",
    "attachment-renamed",
    "namesake",
    "looked-up",
    "given-up",
    "left",
    "left-replaced",
    "handed-over",
    "forgotten",
    "moved-elsewhere",
    "unknown-schedule",
)


def main() -> None:
    """Record all of them."""
    if "--comments" not in sys.argv:
        record_previews()
    COMMENTS.mkdir(exist_ok=True)
    for name in ("created", "changed", "united", "replaced", "retired", "drifted", "elsewhere", "broken", "showcase"):
        found = review(read(recorded(name)), CLOCK)
        (COMMENTS / f"{name}.md").write_text(comment(found, CLOCK))
        if name == "changed":
            (COMMENTS / f"{name}.txt").write_text(text(found, CLOCK))


def record_previews() -> None:
    """What the CLI says of all programs."""
    for program in (record_cases, record_attached, record_showcase):
        with tempfile.TemporaryDirectory() as folder, LocalStateManager(api_key="record") as state_manager:
            for namespace, nodes in NODES.items():
                state_manager.register(namespace, nodes)
            program(Path(folder), state_manager)


def record_cases(folder: Path, state_manager: LocalStateManager) -> None:
    """Each change of `recorded_program` by itself, and at last what somebody else wrote."""
    project = _project(folder, state_manager, "recorded_program")
    ping = {"node_name": "Ping", "namespace": "analytics", "identifier": "ping", "inputs": {}}
    with StateManager(state_manager.uri, state_manager.api_key) as client:
        client.put_graph("shared", "nightly", {"secrets": {}, "nodes": [ping]})
        record(project, "created", case="first")
        project.env["CASE"] = "first"
        project.up("--skip-preview").check()
        for case in _CASES:
            record(project, case)
        record(project, "streamed", case="changed", PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true")
        [document] = state_manager.graphs("analytics")
        nodes = [{**node, "inputs": {**node["inputs"], "source": "elsewhere"}} for node in document["nodes"][:1]]
        body = {"secrets": {"warehouse_password": SECRET}, "nodes": [*nodes, *document["nodes"][1:]]}
        client.put_graph("analytics", "daily-report", body)
    record(project, "drifted", "--refresh", case="first")


def record_attached(folder: Path, state_manager: LocalStateManager) -> None:
    """Each change of `attached_program` by itself, and at last what somebody else wrote."""
    project = _project(folder, state_manager, "attached_program")
    ping = {"node_name": "Ping", "namespace": "analytics", "identifier": "ping", "inputs": {}}
    with (
        LocalStateManager(api_key=SECRET) as other,
        StateManager(state_manager.uri, state_manager.api_key) as here,
        StateManager(other.uri, other.api_key) as there,
    ):
        other.register("analytics", NODES["analytics"])
        for client, name in ((here, "nightly"), (here, "hourly"), (there, "nightly")):
            client.put_graph("shared", name, {"secrets": {}, "nodes": [ping]})
        project.env |= {"CASE": "before", "SECRET": SECRET, "EU": other.uri}
        project.up("--skip-preview").check()
        for case in _ATTACHED:
            record(project, case)
        record(project, "inlined-streamed", case="inlined", PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true")
        record(project, "looked-up-streamed", case="looked-up", PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true")
        here.put_graph("shared", "nightly", {"secrets": {}, "nodes": [ping], "retry_policy": {"max_retries": 1}})
        record(project, "drifted-elsewhere", "--refresh", case="before")
        project.env["CASE"] = "looked-up"
        project.up("--skip-preview").check()
        record(project, "declared", case="before")
        record(project, "declared-streamed", case="before", PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true")


def record_showcase(folder: Path, state_manager: LocalStateManager) -> None:
    """A change of some size, with names that a picture can show."""
    project = _project(folder, state_manager, "showcase_program")
    project.env |= {"CASE": "before", "SECRET": SECRET}
    project.up("--skip-preview").check()
    record(project, "showcase")
    path = PREVIEWS / "showcase.json"
    path.write_text(
        path.read_text().replace("test-project", "reports").replace("urn:pulumi:test::", "urn:pulumi:dev::")
    )


def _project(folder: Path, state_manager: LocalStateManager, program: str) -> Project:
    env = {"EXOSPHERE_STATE_MANAGER_URI": state_manager.uri, "EXOSPHERE_API_KEY": state_manager.api_key}
    return Project(folder, (HERE / f"{program}.py").read_text(), env)


def record(project: Project, name: str, *arguments: str, case: str = "", **env: str) -> None:
    """Write one preview, without what differs between machines and runs."""
    project.env = {**project.env, "CASE": case or name, "SECRET": SECRET, **env}
    output = project.pulumi("preview", "--stack", "test", "--json", *arguments).output
    for variable in env:
        del project.env[variable]
    output = output.replace(project.env["EXOSPHERE_STATE_MANAGER_URI"], ADDRESS)
    output = output.replace(project.env.get("EU", EU), EU)
    documents = [_without(json.loads(text)) for text in ([output] if not env else output.splitlines())]
    if env:
        documents = [one for one in documents if one.get("diagnosticEvent", {}).get("severity") != "debug"]
    written = "\n".join(json.dumps(one, indent=None if env else 1, sort_keys=True) for one in documents) + "\n"
    (PREVIEWS / f"{name}.{'jsonl' if env else 'json'}").write_text(written)
    sys.stdout.write(f"{name}: {len(written):,} characters\n")


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(item) for key, item in value.items() if key not in _LEFT_OUT}
    return [_without(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
