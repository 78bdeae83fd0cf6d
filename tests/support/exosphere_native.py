"""The native resources under the names of this package's Python resources: one program can declare either.

It stands in for an SDK that `pulumi package add` makes; `tests.support.native_program` puts it into programs. As every
native program does, it gives sections on their graph, so graphs are registered once the program has been read to its
end (`register`).
"""

from __future__ import annotations

from typing import Any

import pulumi

from pulumi_exosphere import RetryStrategy, UnitesStrategy

__all__ = ["CronTrigger", "Graph", "RetryPolicy", "RetryStrategy", "StoreConfig", "UnitesStrategy", "register"]

GraphNodeArgs = UnitesArgs = RetryPolicyArgs = StoreConfigArgs = CronTriggerArgs = dict

_declared: list[Graph] = []


class _Native(pulumi.CustomResource):
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None, given: dict[str, Any]) -> None:
        kind = type(self).__name__.removeprefix("_")
        alias = pulumi.Alias(type_=f"pulumi-python:dynamic/exosphere:{kind}")
        props = {name: value for name, value in given.items() if value is not None}
        merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[alias]))
        super().__init__(f"exosphere:index:{kind}", resource_name, props, merged)


class _Graph(_Native):
    pass


class Graph:
    """A graph that is registered later, with the sections that are declared on it until then."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **given: Any) -> None:
        self._resource_name = resource_name
        self._opts = opts
        self.given = given
        _declared.append(self)

    def register(self) -> None:
        """Register the resource: nodes by identifier, and schedules by expression."""
        given = dict(self.given)
        nodes = [dict(node) for node in given["nodes"]]
        given["nodes"] = {node.pop("identifier"): node for node in nodes}
        if given.get("triggers") is not None:
            given["triggers"] = pulumi.Output.all(*(one["expression"] for one in given["triggers"])).apply(
                lambda expressions: {expression: {} for expression in expressions}
            )
        _Graph(self._resource_name, self._opts, given)


class _Attachment(_Native):
    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, *, graph: Any, **given: Any
    ) -> None:
        if not isinstance(graph, Graph):
            super().__init__(resource_name, opts, {"graph": graph, **given})
        elif isinstance(self, CronTrigger):
            graph.given.setdefault("triggers", []).append(given)
        else:
            graph.given["retry_policy" if isinstance(self, RetryPolicy) else "store_config"] = given


class RetryPolicy(_Attachment):
    """The retries of a graph."""


class StoreConfig(_Attachment):
    """The store of a graph."""


class CronTrigger(_Attachment):
    """One schedule of a graph."""


def register() -> None:
    """Register the graphs."""
    for graph in _declared:
        graph.register()
