"""The differences between two graphs, and whether the state manager judges an update by the previous version's nodes.

While it validates an update it looks up identifiers in the old document. A reference to a node that is new, or has
another type than before, is then judged wrongly. The same body sent once more is judged correctly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .references import referred_outputs
from .sections import SECTIONS, UNKNOWN


def changes(old: Mapping[str, Any], new: Mapping[str, Any], *, unknown_differs: bool = True) -> list[str]:
    """The paths at which two Inputs differ; a part that only one of them has is one path.

    Only the names of secrets are compared, since their values can't be read back. A section or a name that one of them
    lacks isn't compared. An unknown value differs from every known one, with ``unknown_differs=False`` from none.
    """
    return [path for path, _ in differences(old, new, unknown_differs=unknown_differs)]


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any], *, unknown_differs: bool = True
) -> Iterator[tuple[str, str]]:
    """Yield the same paths, each with ``overwritten``, ``removed`` (only the old has it) or ``added``."""
    for key in ("name", "namespace", "nodes", "secrets", *SECTIONS):
        if key in old and key in new:
            one, other = old[key], new[key]
            if key == "secrets" and isinstance(one, dict) and isinstance(other, dict):
                one, other = dict.fromkeys(one), dict.fromkeys(other)
            yield from _differences(one, other, key, unknown_differs)


def _differences(one: Any, other: Any, path: str, unknown_differs: bool) -> Iterator[tuple[str, str]]:  # noqa: FBT001
    if one == other or ((one is UNKNOWN or other is UNKNOWN) and not unknown_differs):
        return
    if not (isinstance(one, dict) and isinstance(other, dict)):
        if unknown_differs or not _may_be_alike(one, other):
            yield path, "overwritten"
        return
    for key in [*one, *(key for key in other if key not in one)]:
        if key in one and key in other:
            yield from _differences(one[key], other[key], f"{path}.{key}", unknown_differs)
        else:
            yield f"{path}.{key}", "removed" if key in one else "added"


def _may_be_alike(one: Any, other: Any) -> bool:
    """Whether two lists with unknown items may turn out to be the same."""
    if not (isinstance(one, list) and isinstance(other, list)) or len(one) != len(other):
        return False
    return all(first == second or UNKNOWN in (first, second) for first, second in zip(one, other, strict=True))


def judged_by_previous(old_nodes: Mapping[str, Any] | None, new_nodes: Mapping[str, Any]) -> bool:
    """Whether an update and its repetition can be validated differently, so it must be sent twice.

    Args:
        old_nodes: The nodes by identifier of the document that is live, also of a retired one; None if there is none.
        new_nodes: Those of the update.
    """
    if not old_nodes:
        return False
    changed = {identifier for identifier, node in new_nodes.items() if _type(old_nodes.get(identifier)) != _type(node)}
    return bool(changed) and any(
        reference.identifier in changed
        for node in new_nodes.values()
        if node is not UNKNOWN and node["inputs"] is not UNKNOWN
        for reference in referred_outputs(node["inputs"])
    )


def _type(node: Any) -> object:
    if node is None or node is UNKNOWN:
        return None
    return node["node_name"], node["namespace"]
