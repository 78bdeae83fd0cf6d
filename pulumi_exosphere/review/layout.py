"""Positions for the nodes and links of a diagram: in layers, with few crossings, links leading one way.

The usual steps for layered drawings: break circles, give each node the layer after its predecessors, order each layer
by the mean place of its neighbours, and move each node as close to them as the order allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

BETWEEN_LAYERS = 64.0
BESIDE = 24.0
"""Pixels between neighbours of one layer."""
_SWEEPS = 8
Member = str | tuple[str, str, int]
"""A node, or a bend of a link where it passes a layer: its start, its end and the layer."""


@dataclass(frozen=True)
class Place:
    """A rectangle by its centre; ``along`` is the direction of the links, ``across`` the other one. In pixels."""

    along: float
    across: float
    length: float
    breadth: float


@dataclass(frozen=True)
class Layout:
    """Where everything is."""

    nodes: Mapping[str, Place]
    bends: Mapping[tuple[str, str], Sequence[Place]]
    """For each link the places that it passes, from its start on; empty between neighbouring layers."""
    length: float
    breadth: float


def layout(sizes: Mapping[str, tuple[float, float]], links: Iterable[tuple[str, str]]) -> Layout:
    """Return where to draw nodes of these sizes (length, breadth) and the links between them, other than to itself."""
    given = [link for link in dict.fromkeys(links) if link[0] != link[1]]
    layers = _layers(list(sizes), given)
    between: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    members: list[list[Member]] = [[] for _ in range(max(layers.values(), default=0) + 1)]
    for node, layer in layers.items():
        members[layer].append(node)
    near: dict[Member, list[Member]] = {}
    for start, end in given:
        step = 1 if layers[end] > layers[start] else -1
        passed = [(start, end, layer) for layer in range(layers[start] + step, layers[end], step)]
        for point in passed:
            members[point[2]].append(point)
        between[start, end] = passed
        route: list[Member] = [start, *passed, end]
        for one, other in pairwise(route):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    measured: dict[Member, tuple[float, float]] = {point: (0.0, 0.0) for passed in between.values() for point in passed}
    measured.update(sizes)
    across = _across(members, near, lambda member: measured[member][1])
    places: dict[Member, Place] = {}
    along = 0.0
    for row in members:
        length = max((measured[member][0] for member in row), default=0.0)
        for member in row:
            places[member] = Place(along + length / 2, across[member], *measured[member])
        along += length + BETWEEN_LAYERS
    bends = {link: [places[point] for point in passed] for link, passed in between.items()}
    edge = max((place.across + place.breadth / 2 for place in places.values()), default=0.0)
    return Layout({node: places[node] for node in sizes}, bends, max(0.0, along - BETWEEN_LAYERS), edge)


def _layers(nodes: Sequence[str], links: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return each node's layer, one more than the last of its predecessors'; a circle begins at its first node."""
    following: dict[str, list[str]] = {node: [] for node in nodes}
    for start, end in links:
        following[start].append(end)
    finished: dict[str, None] = {}
    entered: set[str] = set()
    forward: dict[str, list[str]] = {node: [] for node in nodes}
    for root in nodes:
        stack = [(root, iter(following[root]))] if root not in entered else []
        entered.add(root)
        while stack:
            node, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                finished[node] = None
                stack.pop()
                continue
            if target in finished or target not in entered:
                forward[node].append(target)
            if target not in entered:
                entered.add(target)
                stack.append((target, iter(following[target])))
    layers = dict.fromkeys(nodes, 0)
    for node in reversed(finished):
        for target in forward[node]:
            layers[target] = max(layers[target], layers[node] + 1)
    return layers


def _across(
    rows: list[list[Member]], near: Mapping[Member, Sequence[Member]], breadth: Callable[[Member], float]
) -> dict[Member, float]:
    """Return the place of each member across the links, after ordering each row in place."""
    across: dict[Member, float] = {}
    rank = {member: number for number, row in enumerate(rows) for member in row}
    for row in rows:
        across |= _packed(row, breadth, [0.0] * len(row))
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = {member: _mean(member, near, rank, across, sweep) for member in row}
            row.sort(key=wanted.__getitem__)
            across |= _packed(row, breadth, [wanted[member] for member in row])
    for row in [*rows, *reversed(rows)]:
        across |= _packed(row, breadth, [_mean(member, near, rank, across, None) for member in row])
    start = min((across[member] - breadth(member) / 2 for row in rows for member in row), default=0.0)
    return {member: place - start for member, place in across.items()}


def _mean(
    member: Member,
    near: Mapping[Member, Sequence[Member]],
    rank: Mapping[Member, int],
    across: Mapping[Member, float],
    sweep: int | None,
) -> float:
    """Return the mean place of the neighbours: those of the row that came before in this sweep, or all of them."""
    found = [
        across[other]
        for other in near.get(member, ())
        if sweep is None or (rank[other] < rank[member]) == (sweep % 2 == 0)
    ]
    return sum(found) / len(found) if found else across[member]


def _packed(row: Sequence[Member], breadth: Callable[[Member], float], wanted: Sequence[float]) -> dict[Member, float]:
    """Return the places closest to the wanted ones, by their squares, in which neighbours keep their distance.

    Neighbours that are too close move as one block to the mean of what its members want.
    """
    offsets, offset = [0.0], 0.0
    for one, other in pairwise(row):
        offset += (breadth(one) + breadth(other)) / 2 + BESIDE
        offsets.append(offset)
    blocks: list[tuple[float, int]] = []
    for place, own in zip(wanted, offsets, strict=False):
        total, number = place - own, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / number:
            last = blocks.pop()
            total, number = total + last[0], number + last[1]
        blocks.append((total, number))
    places = [total / number for total, number in blocks for _ in range(number)]
    return {member: place + own for member, place, own in zip(row, places, offsets, strict=False)}
