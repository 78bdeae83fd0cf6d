"""Programs in YAML through the real CLI: a graph's life in another language, and `pulumi import`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from pulumi_exosphere.local import LocalStateManager
from tests.support import by_hand
from tests.support.live import put
from tests.support.nodes import node as registered
from tests.support.pulumi_cli import Result
from tests.support.pulumi_project import STACK, Project
from tests.support.wanted import node
from tests.support.yaml_program import needs_yaml, yaml_program

Make = Callable[..., Project]

pytestmark = needs_yaml

REPORT = """\
resources:
  report:
    type: exosphere:Graph
    properties:
      namespace: analytics
      nodes:
        extract: {{node_name: Extract, inputs: {{source: {source}}}, next_nodes: [load]}}
        load:
          node_name: {load}
          inputs: {{rows: "$${{{{ extract.outputs.rows }}}}"}}
      secrets: {{warehouse_password: canary-secret}}
      retry_policy: {{max_retries: 5}}
      triggers: {{"0 9 * * 1-5": {{}}}}
outputs:
  id: ${{report.id}}
  status: ${{report.validation_status}}
"""


def report(source: str = "bucket", load: str = "Load") -> str:
    """Return a program with one graph."""
    return yaml_program(REPORT.format(source=source, load=load))


def live(state_manager: LocalStateManager) -> dict[str, Any]:
    """Return the stored document."""
    stored = state_manager.graph("analytics", "report")
    assert stored is not None
    return stored


def test_life(project: Make, state_manager: LocalStateManager) -> None:
    """Create, drift, conflict, update, a failed update that is undone, destroy; and no secret in clear."""
    stack = project(report())
    said = [stack.up("--skip-preview").check().output]
    assert stack.outputs() == {"id": "analytics/report", "status": "VALID"}
    assert live(state_manager)["retry_policy"]["max_retries"] == 5
    assert stack.preview("--expect-no-changes").check().changes == {}

    by_hand.change(state_manager, "analytics", "report", lambda body: body["triggers"].clear(), value="canary-secret")
    stack.program = report(source="lake")
    refused = stack.preview().refused().output
    assert "changed outside this stack" in refused
    shown = stack.up("--refresh", "--diff", "--skip-preview").check()
    assert 'source: "bucket" => "lake"' in shown.output
    assert [trigger["value"]["expression"] for trigger in live(state_manager)["triggers"]] == ["0 9 * * 1-5"]

    stack.program = report(source="lake", load="Transform")  # It needs one more input.
    failed = stack.up("--skip-preview").refused().output
    assert live(state_manager)["validation_status"] == "VALID"
    assert [one["node_name"] for one in live(state_manager)["nodes"]] == ["Extract", "Load"]
    said += [refused, shown.output, failed, stack.destroy("--skip-preview").check().output]
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"
    assert [text for text in said if "canary" in text or "Traceback" in text or "prematurely" in text] == []
    assert stack.holding("canary-secret") == []


def test_misspelt_setting(project: Make) -> None:
    """A misspelt key of the stack's configuration fails the preview with the one that was meant."""
    stack = project(report())
    stack.config_set("exosphere:allowedNamespace", '["other"]')
    refused = stack.preview().refused().output
    assert "exosphere:allowedNamespace is not a setting; did you mean exosphere:allowedNamespaces?" in refused


HIDDEN = """\
resources:
  report:
    type: exosphere:Graph
    properties:
      namespace: analytics
      nodes:
        __start__:
          node_name: Typed
          inputs: {{__typename: {value}, __token: {{"fn::secret": {secret}}}}}
          next_nodes: [{next}]
{more}
      secrets: {{__cookie: {secret}}}
"""


def hidden(value: str, secret: str, *, more: bool = False) -> str:
    """Return a program with such names; ``more``: with another node."""
    node = "        __end__: {node_name: Typed, inputs: {__typename: one, __token: two}}"
    text = HIDDEN.format(value=value, secret=secret, next="__end__" * more, more=node * more)
    return yaml_program(text)


def unseen(result: Result) -> list[str]:
    """Return the lines on the graph that name what its diff doesn't show."""
    return [text for _, urn, text in result.diagnostics if urn.endswith("::report") and "underscores" in text]


def test_names_that_pulumi_hides(project: Make, state_manager: LocalStateManager) -> None:
    """A diff shows changes at names with two underscores; the hidden ones of what is added are a line on the graph."""
    state_manager.register("analytics", [registered("Typed", inputs=("__typename", "__token"))])
    stack = project(hidden("one", "canary-secret"))
    (line,) = unseen(stack.preview().check())
    assert "not shown in the diff: nodes.__start__, secrets.__cookie." in line
    stack.up("--skip-preview").check()
    stack.program = hidden("two", "canary-rotated")
    preview = stack.preview("--diff").check()
    assert unseen(preview) == []
    for shown in (
        '__typename: "one" => "two"',
        "__token   : [secret] => [secret]",
        "__cookie: [secret] => [secret]",
        r'\__cookie: "1" => "2"',
    ):
        assert shown in preview.output
    assert "canary" not in preview.output
    stack.up("--skip-preview").check()
    assert "underscores" not in stack.preview("--expect-no-changes").check().output

    stack.program = hidden("two", "canary-rotated", more=True)
    added = stack.preview("--diff").check()
    (line,) = unseen(added)
    assert "nodes.__end__.inputs.__token, nodes.__end__.inputs.__typename." in line
    assert "+ __end__  : {" in added.output
    by_hand.change(
        state_manager,
        "analytics",
        "report",
        lambda body: body["nodes"][0]["inputs"].update(__typename="x", __token="canary-theirs"),
        value="",
    )
    refreshed = stack.refresh("--diff").check()
    assert '__typename: "two" => "x"' in refreshed.output
    assert "__token   : [secret] => [secret]" in refreshed.output
    assert "canary" not in refreshed.output
    assert stack.holding("canary-") == []


ON_ITS_OWN = """\
resources:
  report:
    type: exosphere:Graph
    properties: {namespace: analytics, nodes: {ping: {node_name: Ping}}}
  retry:
    type: exosphere:RetryPolicy
    properties: {graph: "${report.id}", max_retries: 7}
"""


def test_attachment_on_a_graph_of_the_program(project: Make, state_manager: LocalStateManager) -> None:
    """The first preview already rejects it."""
    said = re.sub(r"\s+", " ", project(yaml_program(ON_ITS_OWN)).preview().refused().output)
    assert "Give `retry_policy` on the graph, and remove that resource" in said
    assert state_manager.graphs("analytics") == []


EXPLICIT = """\
resources:
  server:
    type: pulumi:providers:exosphere
    properties: {{stateManagerUri: "{uri}", apiKey: {key}, namespace: analytics}}
  report:
    type: exosphere:Graph
    properties: {{nodes: {{ping: {{node_name: Ping}}}}}}
    options: {{provider: "${{server}}"}}
variables:
  found:
    fn::invoke:
      function: exosphere:getRegisteredNodes
      options: {{provider: "${{server}}"}}
outputs:
  first: ${{found.nodes[0].namespace}}
"""


def test_explicit_provider(project: Make, state_manager: LocalStateManager) -> None:
    """An explicit provider names another state manager; its key is hidden, and destroy reads it from state."""
    text = yaml_program(EXPLICIT.format(uri=state_manager.uri, key=state_manager.api_key))
    stack = project(text, {"EXOSPHERE_STATE_MANAGER_URI": "http://127.0.0.1:9", "EXOSPHERE_API_KEY": "none"})
    stack.up("--skip-preview").check()
    assert live(state_manager)["validation_status"] == "VALID"
    assert stack.outputs() == {"first": "analytics"}
    state = json.dumps(stack.export())
    assert f'"{state_manager.api_key}"' not in state
    stack.destroy("--skip-preview").check()
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"


def test_import(project: Make, state_manager: LocalStateManager) -> None:
    """Any live graph, and attachments, can be imported; the generated program has no changes. Secrets must be given."""
    body = {
        "nodes": [
            {**node("Extract", "load", source="bucket"), "namespace": "analytics", "identifier": "extract"},
            {**node("Load", rows="${{ extract.outputs.rows }}"), "namespace": "analytics", "identifier": "load"},
        ],
        "secrets": {"warehouse_password": "canary-secret"},
        "retry_policy": {"max_retries": 9, "strategy": "FIXED"},
        "store_config": {"required_keys": [], "default_values": {"day": "today"}},
        "triggers": [{"type": "CRON", "value": {"expression": "*/5 * * * *"}}],
    }
    for name in ("theirs", "other"):
        put(state_manager, "analytics", name, {**body, "secrets": body["secrets"]})
    state_manager.clear_requests()
    stack = project(yaml_program("resources: {}\n"))
    wanted = {
        "theirs": ("Graph", "analytics/theirs"),
        "retry": ("RetryPolicy", "analytics/other/retry_policy"),
        "store": ("StoreConfig", "analytics/other/store_config"),
        "often": ("CronTrigger", "analytics/other/triggers/*/5 * * * *"),
    }
    entries = [{"type": f"exosphere:index:{kind}", "name": name, "id": id_} for name, (kind, id_) in wanted.items()]
    stack.write("wanted.json", json.dumps({"resources": entries}))
    made = stack.pulumi(
        "import", "--file", "wanted.json", "--out", "made.yaml", "--yes", "--skip-preview", "--stack", STACK
    ).check()
    said = re.sub(r"\s+", " ", made.output)
    assert "has secrets (warehouse_password), whose values can't be read back. Give the values in `secrets`" in said
    assert "certainly a bug" not in said
    assert {one["id"] for one in stack.resources().values()} == {id_ for _, id_ in wanted.values()}
    stack.program = yaml_program((stack.folder / "made.yaml").read_text())
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert stack.refresh("--skip-preview", "--expect-no-changes").check().changes == {}
    assert stack.up("--skip-preview", "--refresh").check().changes == {}
    assert [request.method for request in state_manager.requests if request.method == "PUT"] == []
    stack.program = str(stack.program).replace("max_retries: 9", "max_retries: 8", 1)
    refused = re.sub(r"\s+", " ", stack.preview().refused().output)
    assert "neither this program nor its state knows: warehouse_password" in refused
    assert "Declare them in `secrets`" in refused
    assert "refresh" not in refused
    stack.up("--skip-preview", "--refresh").refused()
    assert state_manager.graph("analytics", "theirs")["secrets"]
    assert "changed outside" not in refused
    secret = "      secrets: {warehouse_password: new}\n"
    stack.program = str(stack.program).replace("    options:", f"{secret}    options:", 1)
    preview = stack.preview("--diff").check()
    assert "max_retries: 9 => 8" in preview.output
    assert stack.up("--skip-preview").check().changes == {"update": 1}
    assert stack.preview("--expect-no-changes").check().changes == {}
    assert stack.holding("canary-secret") == []
