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
from pulumi_exosphere.folding.program import current_program, named_by_id
from pulumi_exosphere.folding.registration import InvalidDeclaration, finished_by, refuse_options
from pulumi_exosphere.resources import inputs
from pulumi_exosphere.template.names import with_keys
from pulumi_exosphere.template.sections import FOLDED, IGNORED, SCHEDULES, parse_id
from pulumi_exosphere.template.triggers import CRON, trigger_label

from .coerce import comes_later
from .inputs import address

OUTPUTS = ("updated_at", "state_manager")
"""The outputs that the hooks add to an attachment's arguments."""


@dataclass(frozen=True)
class Attachment:
    """One resource that belongs to a graph, while it is being declared."""

    label: str
    resource: pulumi.Resource
    section: str
    read: Callable[[dict[str, Any]], dict[str, Any]]
    """Turns the resource's arguments into inputs."""

    def options(self, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
        """The options to construct the resource with."""
        return finished_by(self.resource, opts, self._finish)

    def _finish(
        self, given: dict[str, Any], opts: pulumi.ResourceOptions
    ) -> tuple[dict[str, Any], pulumi.ResourceOptions]:
        refuse_options(opts, self.label, "Declare it: if it is live already, nothing is sent")
        opts = with_shown_paths(opts)
        fields = self.read(given)
        if self.section == "triggers" and pulumi.runtime.is_dry_run():
            from pulumi_exosphere.preview_warnings.schedules_off import report_schedules_off

            report_schedules_off()
        graph, connection = given["graph"], given["connection"]
        known = known_graph(graph)
        if known is None:
            graph_id = self._by_id(graph, connection, fields)
            if self.section == "triggers" and pulumi.runtime.is_dry_run():
                from pulumi_exosphere.preview_warnings.check import examine_schedule

                examine_schedule(self.resource)
        else:
            connection = self._connection_of(known, connection)
            if known.collection is None:
                if isinstance(known.id, str):
                    self._declare_by_id(known.id, connection, fields)
                graph_id = pulumi.Output.all(known.id, graph.urn).apply(lambda it: it[0])
            else:
                opts = folded_options(opts, self.label, self.section, known, graph, fields)
                known.collection.add(Piece(self.label, self.resource, self.section, fields, opts.depends_on))
                graph_id = pulumi.Output.all(graph.namespace, graph.name, graph.urn).apply(lambda it: "/".join(it[:2]))
        props = {
            **given,
            **dict.fromkeys(OUTPUTS),
            **self._public(fields),
            "graph": graph_id,
            "connection": None if connection is None else inputs.connection(connection),
        }
        if known is not None and known.collection is not None:
            props[FOLDED] = True
            if self.section == "triggers" and {"*", self.section} & set(known.ignored):
                props[SCHEDULES] = IGNORED
        return with_keys(props), opts

    def _connection_of(self, known: KnownGraph, connection: object) -> object:
        if connection is not None and address(connection) != address(known.connection):
            raise InvalidGraph(
                f"{self.label} names another state manager than {known.label}. Leave out its `connection`: "
                "the graph's is the default"
            )
        return known.connection if connection is None else connection

    def _by_id(self, graph: object, connection: object, fields: dict[str, Any]) -> Any:
        if isinstance(graph, str):
            self._declare_by_id(graph, connection, fields)
            return graph
        if comes_later(graph):
            return Later(partial(_graph_id, pulumi.Output.from_input(graph), self.label))
        raise InvalidGraph(
            f"{self.label}: `graph` must be a Graph, or the id of a graph that this program doesn't declare, not of "
            f"type {type(graph).__name__}"
        )

    def _declare_by_id(self, graph_id: str, connection: object, fields: dict[str, Any]) -> None:
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
