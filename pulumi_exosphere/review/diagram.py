"""A graph as a Mermaid diagram, in which shapes, lines and signs tell what is added, changed and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .compare import Comparison, Link, Mark
from .graph_review import GraphReview
from .graph_state import Leaf, Node
from .text import counted, label, visible
from .values import Hidden

MOST_NODES = 60
"""How many nodes are drawn: more can't be read, and Mermaid refuses more than 500 links."""
MOST_LINKS = 150
"""How many links are drawn, for the same reason: to next nodes first, then of what waits for branches."""
_WIDE = 4
"""Nodes in a row up to which a diagram goes from left to right."""

LEGEND = (
    "In the diagrams: `+` rounded is added, `~` six-sided is changed, `\u2212` slanted and dashed is removed; "
    "a thick line is added, a dotted one removed; one with a round end leads from the branches that a node waits for."
)

_SHAPES = {
    Mark.ADDED: ('(["', '"])'),
    Mark.CHANGED: ('{{"', '"}}'),
    Mark.REMOVED: ('[/"', '"/]'),
    Mark.SAME: ('["', '"]'),
}
_CLASSES = {Mark.ADDED: "added", Mark.CHANGED: "changed", Mark.REMOVED: "removed", Mark.SAME: "same"}
_STYLES = {
    Mark.ADDED: "classDef added fill:#dafbe1,stroke:#1a7f37,stroke-width:3px,color:#1f2328",
    Mark.CHANGED: "classDef changed fill:#fff8c5,stroke:#9a6700,stroke-width:2px,color:#1f2328",
    Mark.REMOVED: "classDef removed fill:#ffebe9,stroke:#cf222e,stroke-width:2px,stroke-dasharray:6 4,color:#1f2328",
    Mark.SAME: "classDef same fill:#f6f8fa,stroke:#656d76,color:#1f2328",
}
_LINKS = {Mark.ADDED: '==>|"#43;"|', Mark.CHANGED: "-->", Mark.REMOVED: '-.->|"removed"|', Mark.SAME: "-->"}
_UNITES = {
    Mark.ADDED: '==o|"#43; unites"|',
    Mark.CHANGED: '--o|"#126; unites"|',
    Mark.REMOVED: '-.-o|"unites, removed"|',
    Mark.SAME: '--o|"unites"|',
}


def diagram(graph: GraphReview) -> str:
    """The diagram's source; empty where there is nothing to draw."""
    comparison = graph.comparison
    drawn = {identifier: f"n{number}" for number, identifier in enumerate(_drawn(comparison))}
    if not drawn:
        return ""
    lines = [f"flowchart {_direction(comparison, drawn)}"]
    for identifier, name in drawn.items():
        mark = comparison.nodes[identifier]
        opening, closing = _SHAPES[mark]
        lines.append(f"  {name}{opening}{_text(graph, identifier, mark)}{closing}:::{_CLASSES[mark]}")
    lines += [f"  {line}" for line in _all_lines(comparison, drawn)[:MOST_LINKS]]
    used = [style for mark, style in _STYLES.items() if mark in comparison.nodes.values()]
    return "\n".join([*lines, *(f"  {style}" for style in used)])


def left_out(graph: GraphReview) -> str:
    """How many of the graph's nodes, and of the links between the others, its diagram lacks; empty where it has all."""
    comparison = graph.comparison
    drawn = dict.fromkeys(_drawn(comparison), "")
    nodes, links = len(comparison.nodes), len(_all_lines(comparison, drawn))
    found = [f"{counted(nodes - len(drawn), 'node')} of {nodes:,} not drawn."] if nodes > len(drawn) else []
    if links > MOST_LINKS:
        where = " between the drawn nodes" if found else ""
        found.append(f"{counted(links - MOST_LINKS, 'link')} of {links:,}{where} not drawn.")
    return " ".join(found)


def _drawn(comparison: Comparison) -> list[str]:
    """All nodes; of a big graph those that change and their neighbours, in the order of the walk."""
    if len(comparison.nodes) <= MOST_NODES:
        return list(comparison.nodes)
    wanted: dict[str, None] = {}
    for identifier, mark in comparison.nodes.items():
        if mark is not Mark.SAME:
            wanted[identifier] = None
    links = {**comparison.links, **comparison.unites}
    changed = set(wanted)
    for link, mark in links.items():
        if mark is not Mark.SAME or changed.intersection(link):
            wanted.update(dict.fromkeys(link))
    kept = set([identifier for identifier in wanted if identifier in comparison.nodes][:MOST_NODES])
    return [identifier for identifier in comparison.nodes if identifier in kept]


def _text(graph: GraphReview, identifier: str, mark: Mark) -> str:
    node = _node(graph.new, identifier) or _node(graph.old, identifier)
    sign = {Mark.ADDED: "#43; ", Mark.CHANGED: "#126; ", Mark.REMOVED: "#8722; ", Mark.SAME: ""}[mark]
    first = sign + label(visible(identifier, 40))
    second = label(_shown(node.node_name)) if node else ""
    if node and node.namespace != graph.state.namespace and isinstance(node.namespace, str):
        second += label(f" · {_shown(node.namespace)}")
    return f"{first}<br/>{second}" if second else first


def _node(state: object, identifier: str) -> Node | None:
    nodes: Mapping[str, Node] = getattr(state, "nodes", {})
    return nodes.get(identifier)


def _shown(value: Leaf) -> str:
    return value.value if isinstance(value, Hidden) else visible(value, 40)


def _all_lines(comparison: Comparison, drawn: Mapping[str, str]) -> list[str]:
    return [*_lines(comparison.links, _LINKS, drawn), *_lines(comparison.unites, _UNITES, drawn)]


def _lines(links: Mapping[Link, Mark], arrows: Mapping[Mark, str], drawn: Mapping[str, str]) -> Iterator[str]:
    for (start, end), mark in links.items():
        if start in drawn and end in drawn:
            yield f"{drawn[start]} {arrows[mark]} {drawn[end]}"


def _direction(comparison: Comparison, drawn: Mapping[str, str]) -> str:
    """From left to right while that fits a comment's width, else downwards."""
    following: dict[str, list[str]] = {}
    for start, end in comparison.links:
        if start in drawn and end in drawn:
            following.setdefault(start, []).append(end)
    led_to = {end for ends in following.values() for end in ends}
    layer, depth = [identifier for identifier in drawn if identifier not in led_to], 0
    while layer and depth <= _WIDE:
        layer, depth = list(dict.fromkeys(end for start in layer for end in following.get(start, ()))), depth + 1
    return "LR" if depth <= _WIDE else "TD"
