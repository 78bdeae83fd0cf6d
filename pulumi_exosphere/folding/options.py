"""Pulumi's options on a resource that is folded into its graph: honoured, or rejected if folding would bypass them.

``parent``, ``aliases``, ``protect``, ``depends_on``, ``deleted_with`` and ``transformations`` are honoured. A graph's
``ignore_changes`` also applies to its attachments: the engine keeps the ignored section of the graph as it is in state,
so an attachment with new inputs of its own would contradict its graph, and set it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Container, Iterable
from typing import Any

import pulumi

from pulumi_exosphere import template
from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.template.names import shown_path
from pulumi_exosphere.template.triggers import KINDS

from .collection import KnownGraph


def followed(ignored: Iterable[str], section: str) -> list[str]:
    """The paths that an attachment to ``section`` ignores if its graph ignores ``ignored``."""
    fields = [kind.key for kind in KINDS.values()] if section == "triggers" else list(template.section_default(section))
    paths: list[str] = []
    for path in ignored:
        if path in {"*", section}:
            paths += fields
        elif section != "triggers" and path.startswith((f"{section}.", f"{section}[")):
            paths.append(path[len(section) :].removeprefix("."))
    return paths


def with_shown_paths(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Return the options with the names in ``ignore_changes`` as the keys that Pulumi's properties have."""
    paths = opts.ignore_changes or []
    shown = [shown_path(path) for path in paths]
    if shown == paths:
        return opts
    merged = pulumi.ResourceOptions.merge(opts, None)
    merged.ignore_changes = shown
    return merged


def folded_options(
    opts: pulumi.ResourceOptions,
    label: str,
    section: str,
    known: KnownGraph,
    graph: pulumi.Resource,
    fields: Iterable[str],
) -> pulumi.ResourceOptions:
    """The options to register a folded resource with.

    Raises:
        InvalidGraph: An option can't be honoured.
    """
    folded = {*fields, "graph"}
    _refuse(opts, label, section, known.label, folded)
    merged = pulumi.ResourceOptions.merge(opts, None)
    if merged.deleted_with is None:
        merged.deleted_with = graph
    follows = followed(known.ignored, section)
    if follows:
        merged.ignore_changes = [*(merged.ignore_changes or ()), *follows]
    if merged.transforms:
        merged.transforms = [
            _watched(transform, label, section, known.label, folded, follows) for transform in merged.transforms
        ]
    return merged


def _refuse(
    opts: pulumi.ResourceOptions,
    label: str,
    section: str,
    graph_label: str,
    folded: set[str],
    follows: Container[str] = (),
) -> None:
    for path in opts.ignore_changes or ():
        if path in follows:
            continue
        if path == "*" or re.split(r"[.\[]", path)[0] in folded:
            raise InvalidGraph(
                f"{label}: `ignore_changes` of {path!r} can't be honoured, because it goes live as part of "
                f"{graph_label}. Set ignore_changes=[{section!r}] on the graph instead"
            )
    if opts.retain_on_delete:
        raise InvalidGraph(
            f"{label}: `retain_on_delete` can't be honoured, because it goes live as part of {graph_label}, whose next "
            "upsert removes it. Set it on the graph, or keep the resource"
        )
    if opts.id:
        raise InvalidGraph(f"{label}: the option `id` reads a resource, but only a graph can be read. Use `Graph.get`")


def _watched(
    transform: Callable[..., Any],
    label: str,
    section: str,
    graph_label: str,
    folded: set[str],
    follows: Container[str],
) -> Callable[[pulumi.ResourceTransformArgs], Any]:
    """A transform that may not change what is folded, because the engine runs it after the graph was sent."""

    async def watched(args: pulumi.ResourceTransformArgs) -> Any:
        before = {key: _copied(args.props.get(key)) for key in folded}
        result: Any = transform(args)
        if inspect.isawaitable(result):
            result = await result
        if result is None:
            return None
        changed = [key for key in sorted(folded) if result.props.get(key) != before[key]]
        if changed:
            raise InvalidGraph(
                f"{label}: a transform changes {', '.join(changed)}, which can't be honoured, because it goes live as "
                f"part of {graph_label}, before the engine runs transforms. Transform the graph's {section} instead, "
                "or use `transformations`, which run in the program"
            )
        if result.opts is not None:
            _refuse(result.opts, label, section, graph_label, folded, follows)
        return result

    return watched


def _copied(value: Any) -> Any:
    """A copy of a value that a transform might change in place; outputs stay the same."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
