"""What a preview can report of a resource before it is registered, by the rules of `check`.

What only the hooks know is left to them: values that the program doesn't know, the stack's old state, the live graph.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi

from pulumi_exosphere import template
from pulumi_exosphere.errors import graph_label
from pulumi_exosphere.folding.explicit_provider import explicit
from pulumi_exosphere.folding.problems import Judgement, Problems, known
from pulumi_exosphere.folding.program import Program
from pulumi_exosphere.provider.arguments import attachment_faults, graph_faults, section_faults, trigger_faults
from pulumi_exosphere.provider.settings import Settings
from pulumi_exosphere.template import UNKNOWN
from pulumi_exosphere.template.sections import SECTIONS
from pulumi_exosphere.template.triggers import CRON

from .coerce import about

Given = Mapping[str, Any]


def _settings(program: Program, opts: pulumi.ResourceOptions) -> Settings:
    """The settings that a resource is judged by; an explicit provider may allow other namespaces than the stack."""
    settings = program.only(Problems).settings
    return replace(settings, allowed_namespaces=None) if explicit(opts) else settings


def _seen_by_check(given: Given, opts: pulumi.ResourceOptions) -> dict[str, Any]:
    """The inputs as far as they are known; of those that the options ignore, `check` gets what state has."""
    ignored = {re.split(r"[.\[]", path)[0] for path in opts.ignore_changes or ()}
    if "*" in ignored:
        ignored = {*given, *SECTIONS}
    return {key: known(value) for key, value in given.items()} | dict.fromkeys(ignored, UNKNOWN)


async def graph_judgement(
    program: Program, subject: str, given: Given, opts: pulumi.ResourceOptions, *, complete: bool
) -> Judgement:
    """The problems of a graph.

    Args:
        program: The program that declares it.
        subject: The graph, as messages name it.
        given: Its inputs, as the program knows them.
        opts: Its options.
        complete: Whether all of its nodes are known.
    """
    given = _seen_by_check(given, opts)
    inputs = template.normalise(given)
    faults, unsure = template.judge(inputs, complete=complete), []
    undeclared = [fault for fault in faults if fault.rule == "store_key_undeclared"]
    if undeclared and "store_config" not in inputs:
        store = await _live_store(program, inputs, given["connection"])
        faults = template.judge({**inputs, "store_config": store}, complete=complete)
        unsure = undeclared if store is UNKNOWN else []
    return Judgement(
        [
            about(subject, str(problem))
            for problem in (*faults, *graph_faults({**given, **inputs}, _settings(program, opts)))
        ],
        [f"{about(subject, str(fault))}. Disregard this if the live graph's store declares it" for fault in unsure],
    )


async def _live_store(program: Program, inputs: Given, connection: Given | None) -> Any:
    """The store of the live graph, which one that nobody gives stays; UNKNOWN if the graphs couldn't be listed."""
    from pulumi_exosphere.preview_warnings.listings import Survey

    where = inputs["name"], inputs["namespace"], *(connection or {}).values()
    if UNKNOWN in where:
        return UNKNOWN
    graphs = await program.only(Survey).listed_graphs(connection, inputs["namespace"])
    if graphs is None:
        return UNKNOWN
    document = graphs.get(inputs["name"])
    if document is None or template.is_retired(document):
        return template.section_default("store_config")
    return template.from_document(document).get("store_config", UNKNOWN)


def attachment_problems(program: Program, section: str, given: Given, opts: pulumi.ResourceOptions) -> list[str]:
    """The problems of an attachment to a graph that is named by its id."""
    given = _seen_by_check(given, opts)
    fields = {key: value for key, value in given.items() if key not in {"graph", "connection"}}
    if section == "triggers":
        own = trigger_faults(fields[CRON.key])
    else:
        own = section_faults(section, template.normalise({"nodes": {}, section: fields})[section])
    return attachment_faults(own, given, _settings(program, opts))


def graph_subject(name: Any, namespace: Any, label: str) -> str:
    """A graph as messages name it; by its resource if its name isn't known."""
    if isinstance(name, str) and isinstance(namespace, str):
        return graph_label(name.strip(), namespace.strip())
    return label
