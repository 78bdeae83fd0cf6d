"""The rules about a resource's arguments, apart from what is live: for `check`, and for the program in a preview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_exosphere import template
from pulumi_exosphere.errors import ConfigurationError, InvalidGraph, graph_label
from pulumi_exosphere.state_manager.address import parse_address
from pulumi_exosphere.state_manager.headers import header_faults
from pulumi_exosphere.template import UNKNOWN
from pulumi_exosphere.template.messages import listed
from pulumi_exosphere.template.sections import parse_id
from pulumi_exosphere.template.triggers import CRON, Kind, in_state

from .settings import Settings

Inputs = Mapping[str, Any]


def graph_faults(inputs: Inputs, settings: Settings) -> list[str]:
    """Return problems with a graph's arguments that aren't part of the graph, a sentence each."""
    faults = [*not_allowed(inputs.get("namespace"), settings), *faults_of(inputs.get("connection"))]
    adopt = inputs.get("adopt")
    if adopt is not None and adopt is not UNKNOWN and not isinstance(adopt, bool):
        faults.append("adopt: must be True or False")
    for name in ("registration_timeout", "validation_timeout"):
        value = inputs.get(name)
        if value is not None and value is not UNKNOWN and not (_is_number(value) and 0 <= value < float("inf")):
            faults.append(f"{name}: must be a number of seconds, 0 or more")
    return faults


def not_allowed(namespace: Any, settings: Settings) -> list[str]:
    """Return what is wrong with a resource that writes to a graph in this namespace."""
    allowed = settings.allowed_namespaces
    if allowed is None or not isinstance(namespace, str) or namespace in allowed:
        return []
    fault = f"namespace: '{namespace}' isn't among exosphere:allowedNamespaces ({listed(allowed)})"
    return [f"{fault}; choose one of them, or add it there"]


def faults_of(connection: Mapping[str, Any] | None) -> list[str]:
    """Return what is wrong with a resource's connection, a sentence each: the configuration never fills a gap in it."""
    if not connection:
        return []
    faults = [
        f"connection.{part}: is empty; give the {what}, or leave `connection` out to use the configured state manager"
        for part, what in (("uri", "address"), ("api_key", "key of that state manager"))
        if connection.get(part) in (None, "")
    ]
    headers = connection.get("headers")
    if headers is not None and headers is not UNKNOWN:
        known = {name: "" if value is UNKNOWN else value for name, value in headers.items()}
        faults += [f"connection.headers: {fault}; correct it" for fault in header_faults(known)]
    if isinstance(uri := connection.get("uri"), str) and uri:
        try:
            parse_address(uri, "connection.uri")
        except ConfigurationError as error:
            faults.append(str(error))
    return faults


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def attachment_faults(own: Iterable[str], inputs: Inputs, settings: Settings) -> list[str]:
    """Return all problems with an attachment's arguments, with ``own`` about its own fields, each with its graph."""
    label, namespace, faults = _named(inputs.get("graph"))
    own = (*own, *faults_of(inputs.get("connection")), *not_allowed(namespace, settings))
    return [*faults, *(f"{label}, {fault}" for fault in own)]


def _named(graph: Any) -> tuple[str, str | None, list[str]]:
    """Return an id's graph as messages name it, its namespace, and what is wrong with it."""
    if graph is UNKNOWN:
        return "the graph", None, []
    try:
        namespace, name = parse_id(graph if isinstance(graph, str) else "")
    except InvalidGraph as error:
        return "the graph", None, [str(error)]
    return graph_label(name, namespace), namespace, []


def section_faults(section: str, value: Any) -> list[str]:
    """Return what is wrong with the fields of a whole section, normalised."""
    prefix = f"{section}."
    return [f"{fault.path.removeprefix(prefix)}: {fault.message}" for fault in template.judge_section(section, value)]


def trigger_faults(key: Any, kind: Kind = CRON) -> list[str]:
    """Return what is wrong with the key of one trigger."""
    if key is UNKNOWN:
        return []
    if not isinstance(key, str):
        return [f"{kind.key}: must be a string, such as '{kind.example}'"]
    return [f"{kind.key}: {fault.message}" for fault in template.judge_section("triggers", {key: in_state(kind)})]
