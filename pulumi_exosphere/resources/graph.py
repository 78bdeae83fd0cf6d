"""The resource `Graph`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi.dynamic
from pulumi import Input, Output

from pulumi_exosphere.folding.collection import Collection, KnownGraph, note
from pulumi_exosphere.folding.options import with_shown_paths
from pulumi_exosphere.folding.outputs import Later
from pulumi_exosphere.folding.problems import Declaration, Judgement, Problems, once_judged
from pulumi_exosphere.folding.program import current_program
from pulumi_exosphere.folding.registration import Declared, finished_by, raised_here, refused_options
from pulumi_exosphere.folding.turns import in_turn
from pulumi_exosphere.provider.settings import configured_namespace
from pulumi_exosphere.resources import inputs
from pulumi_exosphere.template.names import with_keys
from pulumi_exosphere.template.sections import CONFLICT, SECTIONS, UNKNOWN, parse_id

from .args import (
    ConnectionArgs,
    ConnectionArgsDict,
    CronTriggerArgs,
    CronTriggerArgsDict,
    CronTriggerEntryDict,
    GraphNodeArgs,
    GraphNodeArgsDict,
    GraphNodeEntryDict,
    RetryPolicyArgs,
    RetryPolicyArgsDict,
    StoreConfigArgs,
    StoreConfigArgsDict,
)
from .coerce import Mistakes, about, leaf
from .inputs import address, plain_name
from .judgement import graph_judgement, graph_subject

_ARGUMENTS = (
    "name",
    "namespace",
    "nodes",
    "secrets",
    *SECTIONS,
    "adopt",
    "registration_timeout",
    "validation_timeout",
    "connection",
)
_JUDGED = ("name", "namespace", "nodes", "secrets", "adopt", "registration_timeout", "validation_timeout")
"""The arguments that are judged as they are."""
_OUTPUTS = ("secret_revisions", "validation_status", "state_manager", "updated_at", "created_at", "document_id")


class Graph(Declared, kind="Graph"):
    """A graph of nodes that Exosphere runs: sent to the state manager as a whole, and live only if it is valid.

    A deployment waits until the graph's nodes are registered, sends the graph, and waits for the validation result. If
    that is INVALID, the deployment fails with the reason; the previous version is restored if it was VALID, and a new
    graph is retired. The state manager has no delete, so deleting the resource retires the graph: it can't run any
    more, and its schedules and secrets are removed.

    If a graph of this name exists already, it is taken over if it is the same except for the values of secrets, which
    can't be compared. If it differs, the preview fails unless ``adopt`` is set. A change by anyone else is not
    overwritten before a refresh has shown it, unless ``exosphere:overwriteDrift`` is set.

    Examples:
        ```python
        import pulumi
        import pulumi_exosphere as exosphere

        report = exosphere.Graph(
            "daily-report",
            namespace="analytics",
            nodes=[
                exosphere.GraphNodeArgs(
                    node_name="Extract",
                    identifier="extract",
                    inputs={"source": "${{ store.source }}"},
                    next_nodes=["load"],
                ),
                exosphere.GraphNodeArgs(
                    node_name="Load",
                    identifier="load",
                    inputs={"rows": "${{ extract.outputs.rows }}"},
                ),
            ],
            secrets={"warehouse_password": pulumi.Config().require_secret("warehousePassword")},
            retry_policy=exosphere.RetryPolicyArgs(max_retries=5),
            store_config=exosphere.StoreConfigArgs(default_values={"source": "orders"}),
            triggers=[exosphere.CronTriggerArgs(expression="0 9 * * 1-5")],
        )
        pulumi.export("status", report.validation_status)
        ```
    """

    if TYPE_CHECKING:  # Pulumi would evaluate the annotations for each resource, which takes a millisecond.
        name: Output[str]
        """The graph's name in its namespace."""
        namespace: Output[str]
        """The graph's namespace."""
        nodes: Output[Mapping[str, Any]]
        """The nodes by identifier, each with ``node_name``, ``namespace``, ``inputs``, ``next_nodes`` and, if it
        unites branches, ``unites``."""
        secrets: Output[Mapping[str, str]]
        """The secrets that the program gave, by name; secret."""
        retry_policy: Output[Mapping[str, Any] | None]
        """The retry policy with all defaults; None if this stack doesn't manage it."""
        store_config: Output[Mapping[str, Any] | None]
        """The store's configuration with all defaults; None if this stack doesn't manage it."""
        triggers: Output[Mapping[str, Any] | None]
        """The schedules by expression; None if this stack doesn't manage them."""
        secret_revisions: Output[Mapping[str, str]]
        """By the name of each secret: how often its value changed, and what happened to it outside Pulumi;
        ``imported`` if `pulumi import` found it and the program hasn't given it yet."""
        validation_status: Output[str]
        """The validation result, a `ValidationStatus`: ``VALID`` after every successful deployment."""
        state_manager: Output[str]
        """The address of the state manager that has the graph, without credentials."""
        updated_at: Output[str]
        """When the graph was last written, as far as this stack has seen: a time without zone, in the state
        manager's local time."""
        created_at: Output[str | None]
        """When the graph was first written, in the same way."""
        document_id: Output[str | None]
        """The state manager's own id of the graph; None after a create, until the next update or refresh reads
        it."""
        adopt: Output[bool | None]
        """As given."""
        registration_timeout: Output[float | None]
        """As given."""
        validation_timeout: Output[float | None]
        """As given."""
        connection: Output[Mapping[str, str] | None]
        """As given; the key is secret."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        nodes: Sequence[GraphNodeArgs | GraphNodeArgsDict] | Mapping[str, GraphNodeEntryDict],
        name: str | None = None,
        namespace: str | None = None,
        secrets: Mapping[str, Input[str]] | Input[Mapping[str, str]] | None = None,
        retry_policy: RetryPolicyArgs | RetryPolicyArgsDict | None = None,
        store_config: StoreConfigArgs | StoreConfigArgsDict | None = None,
        triggers: Sequence[CronTriggerArgs | CronTriggerArgsDict] | Mapping[str, CronTriggerEntryDict] | None = None,
        adopt: Input[bool] | None = None,
        registration_timeout: Input[float] | None = None,
        validation_timeout: Input[float] | None = None,
        connection: ConnectionArgs | ConnectionArgsDict | None = None,
    ) -> None:
        """Declare a graph.

        Args:
            resource_name: The resource's name in the stack.
            opts: Pulumi's options. ``import_``, ``custom_timeouts`` and ``replace_on_changes`` are rejected, because
                they can't work with a dynamic provider: see ``adopt``, ``registration_timeout`` and
                ``validation_timeout``.
            nodes: The nodes, exactly one of which has no predecessor. A plain list, or a dict from identifier to the
                rest of the node; a node that is added, changed or removed is one change in a preview, wherever it is in
                the list. Updates the graph.
            name: The graph's name, a plain string without ``/``; default: ``resource_name``. A change replaces the
                resource: the graph goes live under its new name and is retired under the old one.
            namespace: The graph's namespace, a plain string without ``/``; default: the configuration's
                ``exosphere:namespace``, else ``default``. A change replaces the resource, as for ``name``.
            secrets: Values by name that the graph's nodes may ask for. The values are always kept secret and their
                names are not, unless the whole map is one output. The state manager never returns a value, so a
                preview shows that someone rotated one there, but not its new value. Updates the graph.
            retry_policy: The retries of a node that fails. If never given, this stack leaves the live policy as it is;
                if no longer given, it goes back to the default. May be declared as a `RetryPolicy` instead.
            store_config: The store that the nodes of one run share. If not given: as for ``retry_policy``. May be
                declared as a `StoreConfig` instead.
            triggers: The schedules on which the graph runs; ``[]``: none. A plain list, or a dict whose keys are the
                expressions. If not given: as for ``retry_policy``. A `CronTrigger` adds to these.
            adopt: Take over a graph of this name that exists already and differs, and replace what differs; default:
                the configuration's ``exosphere:adopt``, else false, and the preview fails. A graph that is the same
                except for the values of its secrets, which can't be read back, is taken over in any case: the
                program's values replace the live ones. The preview says what is overwritten, or that nothing differs. A
                graph with secrets that the program doesn't name is never taken over. Changes only the state.
            registration_timeout: Seconds to wait for nodes that no runtime has registered yet; default: 60. Changes
                only the state.
            validation_timeout: Seconds to wait for the validation result; default: 60. Changes only the state.
            connection: The state manager that has the graph, with outputs if another resource deploys it; default: the
                configured one. With another address the graph is deployed there, and **not** retired at the old one.

        Raises:
            InvalidGraph: An argument has the wrong shape, in a unit test with Pulumi's mocks or inside an ``apply``.
                Elsewhere nothing is raised: a preview reports this at the program's end, with all other problems.
        """
        label = f"Graph {resource_name!r}"
        arguments = {
            "name": resource_name if name is None else name,
            "namespace": namespace,
            "nodes": nodes,
            "secrets": secrets,
            "retry_policy": retry_policy,
            "store_config": store_config,
            "triggers": triggers,
            "adopt": adopt,
            "registration_timeout": registration_timeout,
            "validation_timeout": validation_timeout,
            "connection": connection,
        }
        with raised_here(label):
            super().__init__(
                _provider(), resource_name, arguments, finished_by(self, opts, partial(_finish, self, label))
            )

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: Input[str],  # noqa: A002  Pulumi's own name for it, in every provider.
        opts: pulumi.ResourceOptions | None = None,
        *,
        connection: ConnectionArgs | ConnectionArgsDict | None = None,
    ) -> Graph:
        """Read a graph that exists already; this stack never changes or retires it.

        Args:
            resource_name: The resource's name in the stack.
            id: The graph's id, ``NAMESPACE/NAME``.
            opts: Pulumi's options.
            connection: The state manager that has the graph; default: the configured one.

        Raises:
            InvalidGraph: ``id`` isn't of the form ``NAMESPACE/NAME``. Raised only where `Graph` raises it, too.
        """
        label, mistakes, program = f"Graph {resource_name!r}", Mistakes(), current_program()
        if isinstance(id, str):
            with mistakes.noting():
                parse_id(id, f"{label}, id")
        shared = inputs.shared_connection(connection, mistakes)
        graph = cls.__new__(cls)
        note(graph, KnownGraph(label, shared, UNKNOWN if mistakes.found else id))
        props = dict.fromkeys((*_ARGUMENTS, *_OUTPUTS)) | {"connection": inputs.connection(shared, mistakes)}
        if mistakes.found:
            with raised_here(label):
                if program.has_ended:
                    mistakes.require_none(label)
            found = [about(label, mistake) for mistake in mistakes.found]
            program.only(Problems).add(Declaration(label, found), program)
            props["connection"] = Later(partial(once_judged, program, label))
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        pulumi.dynamic.Resource.__init__(graph, _provider(), resource_name, props, opts)
        return graph


def _finish(
    graph: Graph, label: str, given: dict[str, Any], opts: pulumi.ResourceOptions
) -> tuple[dict[str, Any], pulumi.ResourceOptions]:
    """The inputs and options with which a graph is registered."""
    mistakes = Mistakes()
    mistakes.found += refused_options(
        opts, "Declare the graph without it: it is taken over, with `adopt=True` if it differs"
    )
    name = plain_name(given["name"], "name", mistakes)
    namespace = plain_name(given["namespace"], "namespace", mistakes, default=configured_namespace)
    connection = inputs.shared_connection(given["connection"], mistakes)
    program = current_program()
    nodes = inputs.node_map(given["nodes"], mistakes)
    collection = Collection(label, graph, _inline(given, mistakes), program)
    props = {
        **given,
        **dict.fromkeys(_OUTPUTS),
        "name": name,
        "namespace": namespace,
        "nodes": nodes.by_identifier,
        "secrets": {} if given["secrets"] is None else inputs.secret_map(given["secrets"], mistakes),
        **{section: collection.section(section) for section in SECTIONS},
        **{key: leaf(given[key], key, mistakes) for key in ("adopt", "registration_timeout", "validation_timeout")},
        "connection": inputs.connection(connection, mistakes),
    }
    if isinstance(props["secrets"], Output):
        # The engine hides by path, so what check derives from the names must be hidden too.
        props["secret_revisions"] = Output.secret({})
    graph_id: Any = UNKNOWN
    if isinstance(name, str) and isinstance(namespace, str):
        graph_id = f"{namespace.strip()}/{name.strip()}"
        with mistakes.noting():
            program.declare_graph((graph_id, address(connection)), label)
    opts = with_shown_paths(opts)
    note(graph, KnownGraph(label, connection, graph_id, collection, opts.ignore_changes or ()))
    if program.has_ended:
        mistakes.require_none(label)
    elif mistakes.found or pulumi.runtime.is_dry_run():
        subject = graph_subject(name, namespace, label)
        judged = {key: props[key] for key in _JUDGED}

        async def judge() -> Judgement:
            given = {**judged, **collection.known_sections(), "connection": connection}
            return await graph_judgement(program, subject, given, opts, complete=nodes.complete)

        found = [mistake if label in mistake else about(subject, mistake) for mistake in mistakes.found]
        program.only(Problems).add(Declaration(subject, found, judge), program)
    if pulumi.runtime.is_dry_run() and not mistakes.found:
        from pulumi_exosphere.preview_warnings.check import examine
        from pulumi_exosphere.preview_warnings.schedules_off import report_schedules_off

        if given["triggers"]:
            report_schedules_off()
        props[CONFLICT] = ""
        examine(graph, props, address(connection))
    if mistakes.found:
        props = dict.fromkeys(props, Later(partial(once_judged, program, label)))
    store = Later(lambda: _shown_store(props["store_config"]))
    opts = in_turn(graph, _waiting(opts, Output.from_input(collection.dependencies())))
    return with_keys({**props, "store_config": store}), opts


async def _shown_store(store: Later) -> Any:
    return with_keys({"store_config": await store})["store_config"]


def _waiting(opts: pulumi.ResourceOptions, more: Output[list[pulumi.Resource]]) -> pulumi.ResourceOptions:
    """The same options, with more to depend on."""
    if opts.depends_on:
        return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=more))
    merged = pulumi.ResourceOptions.merge(opts, None)
    merged.depends_on = more  # Three outputs fewer for each graph than a merge of the two makes.
    return merged


def _inline(given: Mapping[str, Any], mistakes: Mistakes) -> dict[str, Any]:
    """The sections that the program gave as arguments."""
    retry, store, triggers = (given[section] for section in SECTIONS)
    return {
        "retry_policy": None if retry is None else inputs.retry_policy(retry, mistakes, "retry_policy."),
        "store_config": None if store is None else inputs.store_config(store, mistakes, "store_config."),
        "triggers": None if triggers is None else inputs.expressions(triggers, mistakes),
    }


def _provider() -> pulumi.dynamic.ResourceProvider:
    from pulumi_exosphere.provider.graph import GraphProvider

    return GraphProvider()
