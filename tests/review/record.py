"""Recording of previews of the real CLI in ``previews/``, and of their comments in ``comments/``.

Not a test: run ``make golden`` if the words of a comment change, and ``python -m tests.review.record`` if the shape of
state or of the CLI's document does.
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
from pulumi_exosphere.template.sections import FOLDED
from tests.review.documents import CLOCK, COMMENTS, PREVIEWS, recorded
from tests.support.nodes import NODES
from tests.support.pulumi_project import Project

HERE = Path(__file__).parent
SECRET = "canary-7f2e-secret"
ADDRESS = "https://exosphere.example.com"
EU = "https://eu.example.com"
_DOCUMENT = {"steps", "diagnostics", "changeSummary", "sequence", "resourcePreEvent", "diagnosticEvent", "metadata"}
_STEP = {"op", "urn", "oldState", "newState", "old", "new", "severity", "message"}
_STATE = {
    "type",
    "inputs",
    "outputs",
    "external",
    "retainOnDelete",
    "propertyDependencies",
    "dependencies",
    "deletedWith",
}
_KEPT = _DOCUMENT | _STEP | _STATE
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
    """Record everything."""
    if "--comments" not in sys.argv:
        record_previews()
    COMMENTS.mkdir(exist_ok=True)
    for name in ("created", "changed", "united", "replaced", "retired", "drifted", "elsewhere", "broken", "showcase"):
        found = review(read(recorded(name)), CLOCK)
        (COMMENTS / f"{name}.md").write_text(comment(found, CLOCK))
        if name == "changed":
            (COMMENTS / f"{name}.txt").write_text(text(found, CLOCK))


def record_previews() -> None:
    """Record previews of all programs."""
    for program in (record_cases, record_attached, record_showcase):
        with tempfile.TemporaryDirectory() as folder, LocalStateManager(api_key="record") as state_manager:
            for namespace, nodes in NODES.items():
                state_manager.register(namespace, nodes)
            program(Path(folder), state_manager)


def record_cases(folder: Path, state_manager: LocalStateManager) -> None:
    """Record each change of `recorded_program` by itself, then a change made elsewhere."""
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
    """Record each change of `attached_program` by itself, then a change made elsewhere."""
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
    """Record a larger change, with names that suit a picture."""
    project = _project(folder, state_manager, "showcase_program")
    state_manager.register("analytics", [node for node in NODES["shared"] if node["name"] == "Notify"])
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
    """Write one preview, as far as the tests need it."""
    project.env = {**project.env, "CASE": case or name, "SECRET": SECRET, **env}
    output = project.pulumi("preview", "--stack", "test", "--json", *arguments).output
    for variable in env:
        del project.env[variable]
    output = output.replace(project.env["EXOSPHERE_STATE_MANAGER_URI"], ADDRESS)
    output = output.replace(project.env.get("EU", EU), EU)
    documents = [needed(json.loads(text)) for text in ([output] if not env else output.splitlines())]
    if env:
        documents = [one for one in documents if not one["sequence"] or (len(one) > 1 and not _is_debugging(one))]
    written = "\n".join(json.dumps(one, indent=None if env else 1, sort_keys=True) for one in documents) + "\n"
    (PREVIEWS / f"{name}.{'jsonl' if env else 'json'}").write_text(written)
    sys.stdout.write(f"{name}: {len(written):,} characters\n")


def _is_debugging(event: dict[str, Any]) -> bool:
    return bool(event.get("diagnosticEvent", {}).get("severity") == "debug")


def needed(value: Any) -> Any:
    """Return the part of a document that `pulumi_exosphere.review.preview` reads; of outputs only the mark in them."""
    if isinstance(value, list):
        return [needed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _kept(key, item) for key, item in value.items() if key in _KEPT}


def _kept(key: str, item: Any) -> Any:
    if key == "inputs":
        return {name: one for name, one in item.items() if name != "__provider"}
    if key == "outputs":
        return {name: one for name, one in item.items() if name == FOLDED}
    if key == "propertyDependencies":
        return {name: one for name, one in item.items() if name in {"graph", "__provider"}}
    return item if key == "changeSummary" else needed(item)


if __name__ == "__main__":
    main()
