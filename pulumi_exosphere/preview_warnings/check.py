"""Warnings under a graph's resource in a preview (``exosphere:registryCheck``).

`check` rejects graphs that are certain to fail. This warns about likely mistakes and, for graphs that change, about
problems that the listings of nodes and live graphs show. It runs beside the registration of resources without delaying
it; the program ends when it has finished.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from pulumi_exosphere.errors import Conflict, InvalidGraph
from pulumi_exosphere.folding.program import Background, current_program
from pulumi_exosphere.provider.settings import configured
from pulumi_exosphere.template.sections import CONFLICT, SECTIONS

from .listings import Survey
from .namesakes import live_namesakes
from .take_over import take_over_warnings
from .warnings import Facts, Warnings, live_warnings, registry_warnings, standing_warnings

_READ = ("name", "namespace", "nodes", "secrets", *SECTIONS, "connection")


class RegistryCheckFailed(InvalidGraph, pulumi.RunError):
    """Ends a preview whose graphs have warnings, if ``exosphere:registryCheck`` is ``error``."""


RegistryCheckFailed.__module__ = "pulumi_exosphere"


class LiveConflict(Conflict, pulumi.RunError):
    """Ends a preview with graphs that this stack would have to overwrite unseen, after all of them were reported."""


LiveConflict.__module__ = "pulumi_exosphere"


@dataclass(frozen=True)
class _Declared:
    """One graph to examine."""

    graph: Any
    registered: Mapping[str, Any]
    where: object


@dataclass(frozen=True)
class _Attached:
    """One schedule of a graph that the program names by its id."""

    schedule: Any


class _Check:
    """The examinations of one run of a program."""

    def __init__(self) -> None:
        self.level = configured().registry_check
        self._survey = current_program().only(Survey)
        self._scheduled: dict[object, dict[str, set[str]]] = {}
        """The schedules so far, by name and state manager, then by namespace."""
        self._background: Background[_Declared | _Attached] = Background(self._examine)

    def add(self, declared: _Declared | _Attached) -> None:
        """Examine a resource together with the others."""
        self._background.add(declared)

    async def _examine(self, ahead: deque[_Declared | _Attached]) -> None:
        looking = []
        faulty: list[tuple[Facts, Warnings]] = []
        conflicts = 0
        while ahead:
            declared = ahead.popleft()
            if isinstance(declared, _Attached):
                if self.level != "off" and configured().schedules:
                    looking.append(asyncio.ensure_future(self._look_at_schedule(declared.schedule)))
                continue
            if (conflict := await _conflict(declared.graph)) is not None:
                pulumi.log.error(conflict, resource=declared.graph)
                conflicts += 1
                continue
            try:
                facts = await _facts(declared.graph, declared.registered)
                if facts is None:
                    continue
                if self.level == "off":
                    if facts.created:
                        looking.append(asyncio.ensure_future(self._look(declared.graph, facts, Warnings(), ())))
                    continue
                namesakes = self._namesakes(facts, declared.where)
                warnings = standing_warnings(facts, namesakes)
                if facts.changes:  # All graphs are looked up at once.
                    looking.append(asyncio.ensure_future(self._look(declared.graph, facts, warnings, namesakes)))
                else:
                    await self._tell(declared.graph, warnings)
                    faulty.append((facts, warnings))
            except Exception as error:  # noqa: BLE001  A preview doesn't fail because its warnings do.
                _tell_defect(error)
        faulty += filter(None, await asyncio.gather(*looking))
        if conflicts:
            graphs = "one graph conflicts" if conflicts == 1 else f"{conflicts:,} graphs conflict"
            raise LiveConflict(f"{graphs} with what is live: see the error under each resource. Nothing was sent")
        if self.level == "error" and (first := next((it for it in faulty if it[1].risks), None)):
            raise _failed(*first)

    def _namesakes(self, facts: Facts, where: object) -> dict[str, set[str]]:
        """The schedules of the program's earlier graphs of the same name in other namespaces, by namespace."""
        if not facts.expressions:
            return {}
        scheduled = self._scheduled.setdefault((facts.inputs["name"], where), {})
        namesakes = {namespace: them for namespace, them in scheduled.items() if namespace != facts.inputs["namespace"]}
        scheduled[facts.inputs["namespace"]] = facts.expressions
        return namesakes

    async def _look(
        self, graph: pulumi.Resource, facts: Facts, warnings: Warnings, namesakes: Collection[str]
    ) -> tuple[Facts, Warnings] | None:
        try:
            if self.level != "off":
                warnings += await _looked_up(self._survey, facts)
                warnings += await live_namesakes(self._survey, facts, namesakes)
            if facts.created:  # That a graph is taken over is said in any case.
                graphs = await self._survey.graphs(facts.connection, facts.inputs["namespace"])
                warnings += take_over_warnings(facts, graphs.get(facts.inputs["name"]))
            await self._tell(graph, warnings)
        except Exception as error:  # noqa: BLE001  As above.
            _tell_defect(error)
            return None
        return facts, warnings

    async def _look_at_schedule(self, schedule: Any) -> tuple[Facts, Warnings] | None:
        try:
            facts = await _schedule_facts(schedule)
            if facts is None or not facts.changes:
                return None
            warnings = await live_namesakes(self._survey, facts, ())
            await self._tell(schedule, warnings)
        except Exception as error:  # noqa: BLE001  As above.
            _tell_defect(error)
            return None
        return facts, warnings

    async def _tell(self, graph: pulumi.Resource, warnings: Warnings) -> None:
        for text in warnings.risks:
            (pulumi.log.error if self.level == "error" else pulumi.log.warn)(text, resource=graph)
        for text in warnings.notices:
            pulumi.log.warn(text, resource=graph)
        for text in warnings.remarks:
            pulumi.log.info(text, resource=graph)
        if warnings.risks or warnings.notices or warnings.remarks:
            await asyncio.sleep(0)  # A message under a resource is sent when the event loop turns.


def examine(graph: pulumi.Resource, registered: Mapping[str, Any], where: object) -> None:
    """Examine a graph; called in a preview only.

    Args:
        graph: The resource, which is about to be registered.
        registered: The inputs that it is registered with.
        where: Tells its state manager from others.
    """
    current_program().only(_Check).add(_Declared(graph, registered, where))


def examine_schedule(schedule: pulumi.Resource) -> None:
    """Examine a `CronTrigger` of a graph that the program names by its id; called in a preview only."""
    current_program().only(_Check).add(_Attached(schedule))


def _tell_defect(error: Exception) -> None:
    from pulumi_exosphere.provider.hooks import told_defect

    pulumi.log.info(f"exosphere: {told_defect('registry_check', error)}")


def _failed(facts: Facts, warnings: Warnings) -> RegistryCheckFailed:
    return RegistryCheckFailed(
        f"{facts.graph} has {len(warnings.risks)} problem{'s' * (len(warnings.risks) > 1)}, listed under its resource, "
        "and exosphere:registryCheck is 'error'. Correct them, or turn them into warnings with `pulumi config set "
        "exosphere:registryCheck warn`"
    )


async def _conflict(graph: Any) -> str | None:
    """The conflict with what is live that `check` has found, if there is one."""
    try:
        await graph.urn.future()
    except Exception:  # noqa: BLE001  Whatever it is, the registration has failed with it.
        return None
    return await getattr(graph, CONFLICT).future() or None


async def _facts(graph: Any, registered: Mapping[str, Any]) -> Facts | None:
    """The graph as the engine accepted it; None if it didn't, which the registration reports."""
    from pulumi_exosphere.provider.properties import graph_outputs

    try:
        await graph.urn.future()
        given = {name: await getattr(graph, name).future(with_unknowns=True) for name in _READ}
        changes, created = not await graph.updated_at.is_known(), not await graph.id.is_known()
        store = await registered["store_config"]
    except Exception:  # noqa: BLE001  Whatever it is, the registration has failed with it.
        return None
    inputs = graph_outputs(given)
    return Facts(inputs, inputs.get("connection"), changes, created, await _shown_secrets(registered["nodes"], store))


async def _schedule_facts(schedule: Any) -> Facts | None:
    """Its graph, as far as the schedule knows it; None if the engine didn't accept it, or its key isn't known yet."""
    from pulumi_exosphere.provider.properties import from_engine
    from pulumi_exosphere.template.sections import parse_id

    try:
        await schedule.urn.future()
        read = ("graph", "expression", "connection")
        given = from_engine({name: await getattr(schedule, name).future(with_unknowns=True) for name in read})
        changes = not await schedule.updated_at.is_known()
        namespace, name = parse_id(given["graph"])
        expressions = [given["expression"]] if isinstance(given["expression"], str) else []
    except Exception:  # noqa: BLE001  As above.
        return None
    inputs = {"name": name, "namespace": namespace, "nodes": {}, "triggers": {one: {} for one in expressions}}
    return Facts(inputs, given.get("connection"), changes, created=False, shown_secrets=())


async def _shown_secrets(nodes: Mapping[str, Any], store: Any) -> list[tuple[str | None, str]]:
    """Secrets that the state manager would show in plain text: the node's identifier, and the field."""
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
