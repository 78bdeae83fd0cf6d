"""Where two graphs differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_exosphere.spec.sections import SECTIONS
from pulumi_exosphere.spec.unknown import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def changes(old: Mapping[str, Any], new: Mapping[str, Any], *, unknown_differs: bool = True) -> list[str]:
    """The paths at which two Inputs differ; what is only in one of them is one path.

    Of secrets only the names are compared, since their values can't be read back. A section, or a name, that either of
    them hasn't isn't compared. An unknown value differs from every known one; with ``unknown_differs=False`` from none,
    since it isn't known to.
    """
    paths: list[str] = []
    for key in ("name", "namespace", "nodes", "secrets", *SECTIONS):
        if key in old and key in new:
            one, other = old[key], new[key]
            if key == "secrets" and isinstance(one, dict) and isinstance(other, dict):
                one, other = dict.fromkeys(one), dict.fromkeys(other)
            paths += _differences(one, other, key, unknown_differs)
    return paths


def _differences(one: Any, other: Any, path: str, unknown_differs: bool) -> Iterator[str]:  # noqa: FBT001 - as above
    if one == other or ((one is UNKNOWN or other is UNKNOWN) and not unknown_differs):
        return
    if not (isinstance(one, dict) and isinstance(other, dict)):
        if unknown_differs or not _may_be_alike(one, other):
            yield path
        return
    for key in [*one, *(key for key in other if key not in one)]:
        if key in one and key in other:
            yield from _differences(one[key], other[key], f"{path}.{key}", unknown_differs)
        else:
            yield f"{path}.{key}"


def _may_be_alike(one: Any, other: Any) -> bool:
    """Whether two lists, in which some isn't known, may turn out to be the same."""
    if not (isinstance(one, list) and isinstance(other, list)) or len(one) != len(other):
        return False
    return all(first == second or UNKNOWN in (first, second) for first, second in zip(one, other, strict=True))
