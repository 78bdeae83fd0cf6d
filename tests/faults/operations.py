"""The operations that are tried while requests go wrong: on a graph, and on a piece of another owner's graph."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic import ResourceProvider
from typing_extensions import Self

from pulumi_exosphere import template
from pulumi_exosphere.local import LocalStateManager
from pulumi_exosphere.provider.graph import GraphProvider
from pulumi_exosphere.provider.retry_policy import RetryPolicyProvider
from tests.support.fault_proxy import FaultProxy
from tests.support.hooks_driver import Resource
from tests.support.live import put
from tests.support.wanted import node, report

SCHEDULES = {"0 9 * * *": {"type": "CRON"}}


class InOneRun(Resource):
    """A resource in a run that many resources share (`rows.begin`)."""

    shared = False

    def begin(self, *, anew: bool = True) -> None:
        """Do nothing: it shares a run with others."""
        if not self.shared:
            super().begin(anew=anew)
            self.shared = True


@dataclass
class Site:
    """One graph behind one proxy, in a namespace with a name of its own: graphs with the same name share schedules."""

    state_manager: LocalStateManager
    proxy: FaultProxy
    namespace: str
    stack: dict[str, InOneRun] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self._open.enter_context(self.proxy)
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def resource(self, provider: type[ResourceProvider], config: dict[str, str] | None = None) -> InOneRun:
        """Return the one resource of the stack."""
        if config is not None:
            return InOneRun(config, provider())
        if "it" not in self.stack:
            self.stack["it"] = InOneRun({}, provider())
            self.stack["it"].shared = True
        return self.stack["it"]

    @property
    def connection(self) -> dict[str, str]:
        """Return the connection to the state manager through the proxy."""
        return {"uri": self.proxy.uri, "api_key": self.state_manager.api_key}

    def live(self) -> dict[str, Any] | None:
        """Return the stored document."""
        return next(iter(self.state_manager.graphs(self.namespace)), None)

    def graph(self, **more: Any) -> dict[str, Any]:
        """Return a graph of this namespace; its nodes belong to another."""
        nodes = more.pop("nodes", report()["nodes"])
        nodes = {identifier: {**one, "namespace": "analytics"} for identifier, one in nodes.items()}
        return report(
            namespace=self.namespace,
            name=self.namespace,
            nodes=nodes,
            connection=self.connection,
            triggers=SCHEDULES,
            **more,
        )


@dataclass(frozen=True)
class Operation:
    """An operation of a run: its preconditions, its action and its result."""

    prepare: Callable[[Site], object]
    act: Callable[[Site], object]
    nodes: tuple[str, ...]
    """The identifiers that are live afterwards."""
    inputs: str = ""
    """The input ``source`` of the first node afterwards."""
    retries: int = 3
    status: str = "VALID"
    provider: type[ResourceProvider] = GraphProvider

    def reached(self, live: dict[str, Any] | None) -> bool:
        """Return whether the live graph is the expected one."""
        if live is None:
            return False
        nodes = {one["identifier"]: one for one in live["nodes"]}
        first = next(iter(nodes.values()))
        return (
            set(nodes) == set(self.nodes)
            and first["inputs"].get("source", "") == self.inputs
            and live["retry_policy"]["max_retries"] == self.retries
        )


def _up(site: Site, **more: Any) -> None:
    site.resource(GraphProvider).up(site.graph(**more))


def _destroy(site: Site) -> None:
    if site.resource(GraphProvider).id is not None:
        site.resource(GraphProvider).destroy()


def _retire(site: Site) -> None:
    put(site.state_manager, site.namespace, site.namespace, template.retired())


def _foreign(site: Site, retries: int = 3) -> None:
    graph = site.graph(secrets={}, nodes=PING, retry_policy={"max_retries": retries})
    put(site.state_manager, site.namespace, site.namespace, template.to_body(template.normalise(graph)))


def _policy(site: Site, retries: int) -> None:
    graph = f"{site.namespace}/{site.namespace}"
    site.resource(RetryPolicyProvider).up({"graph": graph, "max_retries": retries, "connection": site.connection})


def _drop_policy(site: Site) -> None:
    if site.resource(RetryPolicyProvider).id is not None:
        site.resource(RetryPolicyProvider).destroy()


def _foreign_with_policy(site: Site) -> None:
    _foreign(site)
    _policy(site, 7)


def _refresh(site: Site) -> None:
    resource = site.resource(GraphProvider)
    if not resource.refresh():
        raise AssertionError("a refresh dropped a graph that is live")


PING = {"extract": node("Extract", source="bucket")}
CHANGED = {**report()["nodes"], "extract": node("Extract", "load", source="lake")}
INSERTED = {
    "extract": node("Extract", "clean", source="lake"),
    "clean": node("Transform", "load", rows="${{ extract.outputs.rows }}", mode="x"),
    "load": node("Load", rows="${{ clean.outputs.rows }}"),
}

OPERATIONS = {
    "create": Operation(lambda _: None, _up, ("extract", "load"), "bucket"),
    "create of a retired one": Operation(_retire, _up, ("extract", "load"), "bucket"),
    "update": Operation(_up, lambda site: _up(site, nodes=CHANGED), ("extract", "load"), "lake"),
    "update sent twice": Operation(_up, lambda site: _up(site, nodes=INSERTED), ("extract", "clean", "load"), "lake"),
    "read": Operation(_up, _refresh, ("extract", "load"), "bucket"),
    "delete": Operation(_up, _destroy, ("__retired__",), status="INVALID"),
    "attach": Operation(
        _foreign, lambda site: _policy(site, 7), ("extract",), "bucket", retries=7, provider=RetryPolicyProvider
    ),
    "detach": Operation(_foreign_with_policy, _drop_policy, ("extract",), "bucket", provider=RetryPolicyProvider),
}
