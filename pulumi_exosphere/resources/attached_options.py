"""Pulumi's options on a resource that is folded into its graph: honoured, or refused where folding would bypass them.

``parent``, ``aliases``, ``protect``, ``depends_on``, ``deleted_with``, ``replace_on_changes`` and ``transformations``
are honoured: ``depends_on`` since the graph waits in the resource's place, ``transformations`` since what they leave
is what is folded. ``protect`` is the engine's: it fails the preview that would delete the resource. Without a preview
(``--skip-preview``) the engine only refuses once the graph has been sent without the piece. Of the engine's transforms
only the resource's own can be watched: what those of its parents and of the stack change, the hooks refuse at preview.
The graph's ``ignore_changes`` hold for what is attached to it as well.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_exosphere.errors import InvalidGraph
from pulumi_exosphere.resources.ignored import followed

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from pulumi_exosphere.resources.known_graphs import KnownGraph


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
                f"{label}: `ignore_changes` of {path!r} can't be honoured, since it goes live as a part of "
                f"{graph_label}. Set ignore_changes=[{section!r}] on the graph instead"
            )
    if opts.retain_on_delete:
        raise InvalidGraph(
            f"{label}: `retain_on_delete` can't be honoured, since it goes live as a part of {graph_label}, and is "
            "gone with the graph's next upsert. Set it on the graph, or keep the resource"
        )
    if opts.id:
        raise InvalidGraph(f"{label}: the option `id` is for reading, and only a graph can be read, with `Graph.get`")


def _watched(
    transform: Callable[..., Any],
    label: str,
    section: str,
    graph_label: str,
    folded: set[str],
    follows: Container[str],
) -> Callable[[pulumi.ResourceTransformArgs], Any]:
    """A transform, which the engine runs when the graph has long been sent; it may change whatever isn't folded."""

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
                f"{label}: a transform changes {', '.join(changed)}, which can't be honoured, since it goes live as a "
                f"part of {graph_label}, before the engine runs transforms. Transform the graph's {section} instead, "
                "or use `transformations`, which run in the program"
            )
        if result.opts is not None:
            _refuse(result.opts, label, section, graph_label, folded, follows)
        return result

    return watched


def _copied(value: Any) -> Any:
    """A copy of what a transform might change in place; outputs stay the same ones."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
