"""Attachments through the real CLI: requests that are sent, previews, targets, renames, moves.

What the program alone decides is tested in `tests/resources`, what the hooks alone decide in `tests/provider`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulumi_exosphere.local import LocalStateManager
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

GRAPHS = """\
import pulumi
import pulumi_exosphere as exosphere

def graph(resource_name, source="bucket", opts=None, **more):
    nodes = [{"node_name": "Extract", "identifier": "extract", "namespace": "analytics",
              "inputs": {"source": source}}]
    return exosphere.Graph(resource_name, opts, nodes=nodes, **{"namespace": "analytics", **more})

"""


def puts(state_manager: LocalStateManager) -> list[str]:
    """Return the graphs that were sent since the last call, sorted by name."""
    paths = [request.path for request in state_manager.requests if request.method == "PUT"]
    state_manager.clear_requests()
    return sorted(path.rpartition("/graph/")[2] for path in paths if "/graph/" in path)


def live(state_manager: LocalStateManager, name: str = "report", namespace: str = "analytics") -> dict[str, Any]:
    """Return the stored document."""
    return next(document for document in state_manager.graphs(namespace) if document["name"] == name)


def schedules(state_manager: LocalStateManager, name: str = "report", namespace: str = "analytics") -> set[str]:
    """Return the live expressions."""
    return {trigger["value"]["expression"] for trigger in live(state_manager, name, namespace)["triggers"]}


def test_expression_that_is_not_known_yet(project: Make, state_manager: LocalStateManager) -> None:
    """An expression that comes from another resource is validated once it is known, and not before."""
    stack = project(
        GRAPHS
        + """
made, other = graph("report", triggers=[]), graph("other")
exosphere.CronTrigger("daily", graph=made, expression=other.updated_at.apply(lambda _: "@daily"))
"""
    )
    preview = stack.preview("--diff").check()
    assert "unknown expression 1" in preview.output
    assert stack.up().check().changes == {"create": 3}
    assert schedules(state_manager) == {"@daily"}
    assert puts(state_manager) == ["other", "report"]
    stack.program = str(stack.program).replace('graph("other")', 'graph("other", source="lake")')
    assert stack.up().check().changes == {"update": 1}, "other's own; its time alone is no change of the schedule"
    assert puts(state_manager) == ["other"]


SECRET = ', secrets={"password": "canary-secret"}'
PIECES = """\
made = graph("report", source="${{ store.cursor }}", secrets={"password": "canary-secret"})
graph("other", triggers=[{"expression": "@daily"}])
exosphere.StoreConfig("store", graph=made, default_values={"cursor": "0"})
exosphere.RetryPolicy("retry", graph=made, max_retries=5)
exosphere.CronTrigger("mornings", graph=made, expression="0 9 * * 1-5")
exosphere.CronTrigger("evenings", graph=made, expression="0 18 * * *")
"""


def test_one_upsert_for_each_changed_graph(project: Make, state_manager: LocalStateManager) -> None:
    """A changed graph has one upsert, however many pieces it has, an unchanged one none; destroy only retires it."""
    stack = project(GRAPHS + PIECES)
    stack.up("--skip-preview").check()
    assert puts(state_manager) == ["other", "report"]
    assert live(state_manager)["validation_status"] == "VALID"
    stack.program = GRAPHS + PIECES.replace("0 9 * * 1-5", "0 8 * * *").replace("max_retries=5", "max_retries=6")
    stack.program += 'exosphere.CronTrigger("nights", graph=made, expression="0 1 * * *")\n'
    preview = stack.preview("--diff").check()
    assert preview.changes == {"create": 1, "update": 3}
    assert "CronTrigger::nights" in preview.output
    shown = " ".join(preview.output.split()).replace(" :", ":")
    for line in ("+ 0 8 * * *: {", "- 0 9 * * 1-5: {", "+ 0 1 * * *: {", '~ expression: "0 9 * * 1-5" => "0 8 * * *"'):
        assert line in shown
    assert "CronTrigger nights create" in stack.up().check().output
    assert puts(state_manager) == ["report"]
    assert schedules(state_manager) == {"0 1 * * *", "0 8 * * *", "0 18 * * *"}
    assert stack.refresh().check().changes == {}
    assert stack.preview().check().changes == {}
    assert puts(state_manager) == []
    stack.destroy("--skip-preview").check()
    assert puts(state_manager) == ["other", "report"]
    assert state_manager.cron_rows() == []
    assert stack.holding("canary-secret") == []


def test_targets(project: Make, state_manager: LocalStateManager) -> None:
    """A targeted piece is upserted on its own, unless the graph's secrets prevent it."""
    secret = 'secrets={"password": "canary-secret"}'
    graphs = f'{GRAPHS}plain, secret = graph("plain"), graph("secret", {secret})\n'
    stack = project(graphs)
    stack.up("--skip-preview").check()
    puts(state_manager)
    stack.program = graphs + (
        'exosphere.CronTrigger("one", graph=plain, expression="@daily")\n'
        'exosphere.CronTrigger("two", graph=secret, expression="@daily")\n'
    )
    stack.up("--skip-preview", "--target", "**CronTrigger::one").check()
    assert (puts(state_manager), schedules(state_manager, "plain")) == (["plain"], {"@daily"})
    refused = stack.up("--target", "**CronTrigger::two").refused()
    assert "has secrets (password), whose values can't be read back" in refused.output
    assert "Target the Graph resource too" in refused.output
    assert puts(state_manager) == []
    stack.up("--skip-preview", "--target", "**CronTrigger::two", "--target", "**Graph::secret").check()
    assert (puts(state_manager), schedules(state_manager, "secret")) == (["secret"], {"@daily"})
    stack.program = str(stack.program).replace("@daily", "@hourly", 1)
    stack.up("--skip-preview", "--target", "**Graph::plain").check()
    assert (puts(state_manager), schedules(state_manager, "plain")) == (["plain"], {"@hourly"})
    stack.up("--skip-preview").check()
    assert puts(state_manager) == [], "all is in place already"
    stack.destroy("--skip-preview", "--target", "**CronTrigger::one").check()
    assert (puts(state_manager), schedules(state_manager, "plain")) == (["plain"], set())
    stack.up("--skip-preview").check()
    assert (puts(state_manager), schedules(state_manager, "plain")) == (["plain"], {"@hourly"})
    stack.destroy("--skip-preview", "--target", "**CronTrigger::two").refused()
    assert (puts(state_manager), schedules(state_manager, "secret")) == ([], {"@daily"})


def test_renamed_and_moved_inline(project: Make, state_manager: LocalStateManager) -> None:
    """A piece under another name, with or without an alias, or moved inline and back, stays live and sends nothing."""
    secret = 'made = graph("report", secrets={"password": "canary-secret"}'
    resource = (
        f"{GRAPHS}{secret})\n"
        'exosphere.RetryPolicy("retry", graph=made, max_retries=5)\n'
        'exosphere.CronTrigger("{}", {}graph=made, expression="@daily")\n'
    )
    inline = f'{GRAPHS}{secret}, retry_policy={{"max_retries": 5}}, triggers=[{{"expression": "@daily"}}])\n'
    alias = 'pulumi.ResourceOptions(aliases=[pulumi.Alias(name="two")]), '
    stack = project(resource.replace("{}", "one", 1).replace("{}", "", 1))
    stack.up("--skip-preview").check()
    assert puts(state_manager) == ["report"]
    for program, changes in (
        (resource.replace("{}", "two", 1).replace("{}", "", 1), {"create": 1, "delete": 1}),
        (resource.replace("{}", "three", 1).replace("{}", alias, 1), {}),
        (inline, {"delete": 2}),
        (resource.replace("{}", "one", 1).replace("{}", "", 1), {"create": 2}),
    ):
        stack.program = program
        assert stack.up("--skip-preview").check().changes == changes
        assert schedules(state_manager) == {"@daily"}
        assert live(state_manager)["retry_policy"]["max_retries"] == 5
        assert stack.refresh().check().changes == {}
        assert stack.preview().check().changes == {}
    assert puts(state_manager) == []


def test_moving_a_graph_takes_its_pieces_along(project: Make, state_manager: LocalStateManager) -> None:
    """A graph moved to another namespace is live there with everything, and retired here, without error or leftovers.

    The state manager deletes schedules by the graph's name alone, so the retirement removes the new ones too, and a
    third upsert restores them; a graph that gets another name needs two upserts (`test_collection_cli.py`).
    """
    program = GRAPHS + PIECES.replace('graph("other"', '#graph("other"').replace(SECRET, "")
    stack = project(program)
    stack.up("--skip-preview").check()
    assert puts(state_manager) == ["report"]
    stack.program = program.replace('**{"namespace": "analytics"', '**{"namespace": "shared"')
    assert stack.up().check().changes["update"] == 4
    assert puts(state_manager) == ["report"] * 3
    assert live(state_manager)["nodes"][0]["node_name"] == "__retired__"
    assert schedules(state_manager) == set()
    assert schedules(state_manager, namespace="shared") == {"0 9 * * 1-5", "0 18 * * *"}
    assert live(state_manager, namespace="shared")["retry_policy"]["max_retries"] == 5
    assert {(row.namespace, row.expression) for row in state_manager.cron_rows()} == {
        ("shared", "0 9 * * 1-5"),
        ("shared", "0 18 * * *"),
    }
    assert stack.resources()["mornings"]["outputs"]["graph"] == "shared/report"
    assert stack.refresh().check().changes == {}
    assert stack.preview().check().changes == {}


def test_pieces_on_a_new_graph(project: Make, state_manager: LocalStateManager) -> None:
    """Pieces that move from a graph to another resource's leave the old one alone, whether it stays or goes."""
    graphs = 'made = graph({!r}, secrets={{"password": "canary-secret"}})\n'
    pieces = (
        'exosphere.RetryPolicy("retry", graph=made, max_retries=5)\n'
        'exosphere.CronTrigger("daily", graph=made, expression="@daily")\n'
    )
    stack = project(GRAPHS + graphs.format("one") + pieces)
    stack.up("--skip-preview").check()
    assert puts(state_manager) == ["one"]
    stack.program = GRAPHS + graphs.format("two") + pieces
    stack.up("--skip-preview").check()
    assert puts(state_manager) == ["one", "two"]
    assert (schedules(state_manager, "two"), live(state_manager, "one")["secrets"]) == ({"@daily"}, [])
    stack.program = GRAPHS + graphs.format("two") + graphs.format("three") + pieces
    stack.up("--skip-preview").check()
    assert puts(state_manager) == ["three", "two"]
    assert (schedules(state_manager, "two"), schedules(state_manager, "three")) == (set(), {"@daily"})
    assert live(state_manager, "two")["retry_policy"]["max_retries"] == 3
    stack.program = GRAPHS + graphs.format("two")
    stack.up("--skip-preview").check()
    assert puts(state_manager) == ["three"], "the pieces go with their graph"
    assert stack.preview().check().changes == {}


OPTIONS = """
def transform(args):
    if args.type_.endswith(":{kind}") and {changes!r}:
        return pulumi.ResourceTransformResult({{**args.props, **{changes!r}}}, args.opts)

pulumi.runtime.register_resource_transform(transform)
made = graph("report", opts=pulumi.ResourceOptions(ignore_changes={ignored!r}))
exosphere.RetryPolicy("retry", graph=made, max_retries={retries})
exosphere.CronTrigger("daily", graph=made, expression={expression!r})
"""


def test_what_the_program_can_not_see(project: Make, state_manager: LocalStateManager) -> None:
    """Transforms that separate a piece from its graph are rejected; a graph's `ignore_changes` covers its pieces."""

    def program(kind: str = "", **given: Any) -> str:
        defaults: dict[str, Any] = {"changes": {}, "ignored": [], "retries": 5, "expression": "@daily"}
        return GRAPHS + OPTIONS.format(kind=kind, **{**defaults, **given})

    stack = project(program("RetryPolicy", changes={"max_retries": 9}))
    refused = stack.preview().refused()
    assert "differs from what its graph is sent with ('retry_policy.max_retries')" in refused.output
    stack.program = program("CronTrigger", changes={"expression": "@hourly"})
    assert "the schedule '@hourly' of graph 'report'" in stack.preview().refused().output
    ignored = ["retry_policy.max_retries", "triggers"]
    stack.program = program(ignored=ignored)
    stack.up("--skip-preview").check()
    assert puts(state_manager) == ["report"]
    stack.program = program(ignored=ignored, retries=6, expression="@hourly")
    assert stack.up().check().changes == {}
    assert puts(state_manager) == []
    assert (live(state_manager)["retry_policy"]["max_retries"], schedules(state_manager)) == (5, {"@daily"})
