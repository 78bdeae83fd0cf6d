"""What may go wrong with a graph, as warnings under its resource in a preview (``exosphere:registryCheck``).

`check` refuses what is certain to fail. This looks at what the state manager would find: it needs its listings of
nodes, and of live graphs, which are asked for only where a graph changes. It runs beside the registration of resources
and holds none of them up; the program ends when it has.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pulumi

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.resources import _pulumi_private as private
from pulumi_exosphere.resources.configured import configured
from pulumi_exosphere.resources.survey import Survey
from pulumi_exosphere.resources.warnings import Facts, Warnings, live_warnings, registry_warnings, standing_warnings

if TYPE_CHECKING:
    from collections.abc import Mapping

_READ = ("name", "namespace", "nodes", "secrets", "store_config", "triggers", "connection")


class RegistryCheckFailed(InvalidGraph, pulumi.RunError):
    """Ends a preview whose graphs have warnings, where ``exosphere:registryCheck`` is ``error``."""


RegistryCheckFailed.__module__ = "pulumi_exosphere"


@dataclass
class _Examined:
    """One graph, and what others wait for of it."""

    name: str
    namespace: str
    where: object
    facts: asyncio.Future[Facts | None] = field(default_factory=asyncio.Future)
    told: asyncio.Future[bool] = field(default_factory=asyncio.Future)
    """Whether there was something to tell that ends a preview, where it is to end."""


@dataclass
class _Check:
    """The examinations of one run of a program."""

    survey: Survey = field(default_factory=Survey)
    graphs: list[_Examined] = field(default_factory=list)
    running: list[pulumi.Output[None]] = field(default_factory=list)


_checks: WeakKeyDictionary[pulumi.Resource, _Check] = WeakKeyDictionary()


def examine(graph: pulumi.Resource, registered: Mapping[str, Any], where: object) -> None:
    """Look at what may go wrong with a graph; called in a preview only.

    Args:
        graph: The resource, which is about to be registered.
        registered: With what.
        where: What tells its state manager from others.
    """
    if configured().registry_check == "off":
        return
    root = private.root_resource()
    check = _Check() if root is None else _checks.setdefault(root, _Check())
    examined = _Examined(registered["name"], registered["namespace"], where)
    earlier = [
        other
        for other in check.graphs
        if (other.name, other.where) == (examined.name, where) and other.namespace != examined.namespace
    ]
    check.graphs.append(examined)
    known: asyncio.Future[bool] = asyncio.Future()
    known.set_result(True)
    check.running.append(pulumi.Output(set(), _examination(graph, registered, check, examined, earlier), known))


async def _examination(
    graph: Any, registered: Mapping[str, Any], check: _Check, examined: _Examined, earlier: list[_Examined]
) -> None:
    fatal = configured().registry_check == "error"
    from pulumi_exosphere.provider.base import told_defect

    facts, warnings = None, Warnings()
    try:
        facts = await _facts(graph, registered)
        examined.facts.set_result(facts)
        if facts is not None:
            namesakes = [other for it in earlier if (other := await it.facts) is not None]
            warnings = standing_warnings(facts, namesakes)
            if facts.changes:
                warnings += await _looked_up(check.survey, facts)
            _log(graph, warnings, fatal=fatal)
            await asyncio.sleep(0)  # Under a resource, a message is sent when the event loop turns.
    except Exception as error:  # noqa: BLE001  A preview doesn't fail for what only adds to it.
        pulumi.log.info(f"exosphere: {told_defect('registry_check', error)}")
    finally:
        for future, nothing in ((examined.facts, None), (examined.told, bool(warnings.risks))):
            if not future.done():
                future.set_result(nothing)  # type: ignore[arg-type]
    if fatal and warnings.risks and facts is not None:
        await asyncio.gather(*(other.told for other in check.graphs))
        raise RegistryCheckFailed(
            f"{facts.graph} has {len(warnings.risks)} {'fault' if len(warnings.risks) == 1 else 'faults'} that stand "
            "above, and exosphere:registryCheck is 'error'. Correct them, or go on with them as warnings: "
            "`pulumi config set exosphere:registryCheck warn`"
        )


async def _facts(graph: Any, registered: Mapping[str, Any]) -> Facts | None:
    """The graph as the engine took it; None where it didn't, which is for the registration to report."""
    from pulumi_exosphere.provider.properties import graph_inputs

    try:
        await graph.urn.future()
        given = {name: await getattr(graph, name).future(with_unknowns=True) for name in _READ}
        changes = not await graph.updated_at.is_known()
        store = await registered["store_config"]
    except Exception:  # noqa: BLE001  Whatever it is, the registration has failed with it.
        return None
    inputs = graph_inputs(given)
    return Facts(inputs, inputs.get("connection"), changes, await _shown_secrets(registered["nodes"], store))


async def _shown_secrets(nodes: Mapping[str, Any], store: Any) -> list[tuple[str | None, str]]:
    """Where a secret stands that the state manager will list in clear: of which node, and what."""
    places: list[tuple[str | None, str, Any]] = [
        (identifier, f"its input '{name}'", value)
        for identifier, node in nodes.items()
        for name, value in node["inputs"].items()
    ]
    defaults = (store or {}).get("default_values") or {}
    places += [(None, f"the store's default '{key}'", value) for key, value in defaults.items()]
    return [
        (identifier, what)
        for identifier, what, value in places
        if isinstance(value, pulumi.Output) and await value.is_secret()
    ]


async def _looked_up(survey: Survey, facts: Facts) -> Warnings:
    namespaces = facts.node_namespaces
    listings, graphs = await asyncio.gather(
        survey.nodes(facts.connection, namespaces), survey.graphs(facts.connection, facts.inputs["namespace"])
    )
    warnings = registry_warnings(facts, listings, {})
    if any("isn't registered" in text for text in warnings.risks):
        others = await survey.other_namespaces(facts.connection, namespaces)
        warnings = registry_warnings(facts, listings, await survey.nodes(facts.connection, others))
    return warnings + live_warnings(facts, graphs.get(facts.inputs["name"]))


def _log(graph: pulumi.Resource, warnings: Warnings, *, fatal: bool) -> None:
    for text in warnings.risks:
        (pulumi.log.error if fatal else pulumi.log.warn)(text, resource=graph)
    for text in warnings.notices:
        pulumi.log.warn(text, resource=graph)
