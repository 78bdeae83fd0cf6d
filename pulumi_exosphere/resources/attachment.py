"""The common part of `RetryPolicy`, `StoreConfig` and `CronTrigger`: they belong to a graph.

Attached to a `Graph` of the same program, they are folded into it: the graph goes live with them, in one upsert, and
their own hooks find their piece in place. Attached to a graph by its id, they change that graph themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.folding.collection import KnownGraph, Piece, known_graph
from pulumi_exosphere.folding.options import folded_options, with_shown_paths
from pulumi_exosphere.folding.outputs import Later, public, refuse_secret
from pulumi_exosphere.folding.problems import Declaration, Judgement, Problems, once_judged
from pulumi_exosphere.folding.program import current_program, named_by_id
from pulumi_exosphere.folding.registration import InvalidDeclaration, finished_by, refused_options
from pulumi_exosphere.folding.turns import in_turn
from pulumi_exosphere.resources import inputs
from pulumi_exosphere.template.names import with_keys
from pulumi_exosphere.template.sections import FOLDED, IGNORED, SCHEDULES, UNKNOWN, parse_id
from pulumi_exosphere.template.triggers import CRON, trigger_label

from .coerce import Mistakes, about, comes_later
from .inputs import address
from .judgement import attachment_problems

OUTPUTS = ("updated_at", "state_manager")
"""The outputs that the hooks add to an attachment's arguments."""


@dataclass(frozen=True)
class Attachment:
    """One resource that belongs to a graph, while it is being declared."""

    label: str
    resource: pulumi.Resource
    section: str
    read: Callable[[dict[str, Any], Mistakes], dict[str, Any]]
    """Turns the resource's arguments into inputs."""

    def options(self, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
        """The options to construct the resource with."""
        return finished_by(self.resource, opts, self._finish)

    def _finish(
        self, given: dict[str, Any], opts: pulumi.ResourceOptions
    ) -> tuple[dict[str, Any], pulumi.ResourceOptions]:
        mistakes = Mistakes()
        mistakes.found += refused_options(
            opts, "Declare the resource without it: if it is live already, nothing is sent"
        )
        opts = with_shown_paths(opts)
        fields = self.read(given, mistakes)
        graph, connection = given["graph"], inputs.shared_connection(given["connection"], mistakes)
        known = known_graph(graph)
        graph_id: Any = UNKNOWN
        if known is None:
            with mistakes.noting():
                graph_id = self._by_id(graph, connection, fields)
        else:
            with mistakes.noting():
                connection = self._connection_of(known, connection)
            if known.collection is None:
                if isinstance(known.id, str):
                    with mistakes.noting():
                        self._declare_by_id(known.id, connection, fields)
                graph_id = pulumi.Output.all(known.id, graph.urn).apply(lambda it: it[0])
            else:
                with mistakes.noting():
                    opts = folded_options(opts, self.label, self.section, known, graph, fields)
                with mistakes.noting():
                    known.collection.add(Piece(self.label, self.resource, self.section, fields, opts.depends_on))
                graph_id = pulumi.Output.all(graph.namespace, graph.name, graph.urn).apply(lambda it: "/".join(it[:2]))
        props = {
            **given,
            **dict.fromkeys(OUTPUTS),
            **self._public(fields),
            "connection": inputs.connection(connection, mistakes),
        }
        named = graph_id if known is None else known.id
        if known is not None and known.collection is not None:
            props[FOLDED] = True
            if self.section == "triggers" and {"*", self.section} & set(known.ignored):
                props[SCHEDULES] = IGNORED
            judged: list[str] = []  # With its graph.
        else:
            judged = self._judged(named, fields, connection, opts)
        reported = self._reported(mistakes, judged, graph_id)
        if mistakes.found:
            return dict.fromkeys(props, reported), opts
        props["graph"] = reported
        if self.section == "triggers" and pulumi.runtime.is_dry_run():
            from pulumi_exosphere.preview_warnings.check import examine_schedule
            from pulumi_exosphere.preview_warnings.schedules_off import report_schedules_off

            report_schedules_off()
            if known is None:
                examine_schedule(self.resource)
        return with_keys(props), in_turn(self.resource, opts)

    def _judged(self, graph: Any, fields: dict[str, Any], connection: Any, opts: pulumi.ResourceOptions) -> list[str]:
        """What `check` will report, as far as the program knows it."""
        program = current_program()
        if program.has_ended or not pulumi.runtime.is_dry_run():
            return []
        given = {**fields, "graph": graph, "connection": connection}
        return attachment_problems(program, self.section, given, opts)

    def _reported(self, mistakes: Mistakes, judged: list[str], graph_id: Any) -> Any:
        """The id; if there are problems, only once those of the whole program are reported."""
        program, label = current_program(), self.label
        if program.has_ended:
            mistakes.require_none(label)
        if not mistakes.found and not judged:
            return graph_id

        async def judge() -> Judgement:
            return Judgement([f"{label}: {problem}" for problem in judged])

        found = [about(label, mistake) for mistake in mistakes.found]
        program.only(Problems).add(Declaration(label, found, judge), program)
        return Later(partial(once_judged, program, label, graph_id))

    def _connection_of(self, known: KnownGraph, connection: dict[str, Any] | None) -> Any:
        if connection is not None and address(connection) != address(known.connection):
            raise InvalidGraph(
                f"{self.label} names another state manager than {known.label}. Leave out its `connection`: "
                "the graph's is the default"
            )
        return known.connection if connection is None else connection

    def _by_id(self, graph: object, connection: dict[str, Any] | None, fields: dict[str, Any]) -> Any:
        if isinstance(graph, str):
            self._declare_by_id(graph, connection, fields)
            return graph
        if comes_later(graph):
            return Later(partial(_graph_id, pulumi.Output.from_input(graph), self.label))
        raise InvalidGraph(
            f"{self.label}: `graph` must be a Graph, or the id of a graph that this program doesn't declare, not of "
            f"type {type(graph).__name__}"
        )

    def _declare_by_id(self, graph_id: str, connection: Any, fields: dict[str, Any]) -> None:
        namespace, name = parse_id(graph_id, f"{self.label}, graph")
        expression = fields.get(CRON.key)
        piece = trigger_label(expression) if isinstance(expression, str) else self.section
        if self.section != "triggers" or isinstance(expression, str):
            key = (f"{namespace}/{name}", address(connection))
            current_program().declare_by_id(key, self.label, piece)

    def _public(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields; an expression is part of the resource's id, so it can't be a secret."""
        expression = fields.get(CRON.key)
        if not isinstance(expression, pulumi.Output):
            return fields
        return {**fields, CRON.key: Later(partial(public, expression, f"The expression of {self.label}", "a key"))}


async def _graph_id(output: pulumi.Output[Any], label: str) -> pulumi.Output[Any]:
    """The id of a graph of another program, checked when it is known."""
    for resource in await output.resources():
        known = known_graph(resource)
        if known is not None and known.collection is not None:
            raise InvalidDeclaration(named_by_id(label, known.label))
    await refuse_secret(output, f"{label}: `graph`", "an id")
    graph_id = await output.future()
    if await output.is_known():
        parse_id(str(graph_id), f"{label}, graph")
    return output
