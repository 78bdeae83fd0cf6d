"""Whether the state manager judges an update by the previous version's nodes.

While it validates an update it still looks up identifiers in the old document. A reference is judged wrongly then where
its node is new or of another type than before; the same body sent once more is judged rightly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere.spec.placeholders import referred_outputs
from pulumi_exosphere.spec.unknown import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping


def judged_by_previous(old_nodes: Mapping[str, Any] | None, new_nodes: Mapping[str, Any]) -> bool:
    """True where the verdict on an update can differ from that on its repetition, so that it has to be sent twice.

    Args:
        old_nodes: By identifier, of the document that the update finds, also a retired one; None where there is none.
        new_nodes: By identifier, of the update.
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
