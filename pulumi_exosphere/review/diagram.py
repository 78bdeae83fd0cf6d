"""A graph as a Mermaid diagram, in which shapes, lines and signs show what is added, changed and removed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from .compare import Comparison, Mark
from .graph_review import GraphReview
from .graph_state import Leaf, Node
from .text import counted, shortened
from .values import Hidden

MOST_NODES = 60
"""Nodes that are drawn at most: nobody can read more, and Mermaid rejects more than 500 links."""
MOST_LINKS = 150
"""Links that are drawn at most, for the same reason: first those to next nodes, then those to uniting nodes."""
LONGEST = 50_000
"""Mermaid rejects a longer text, counted in characters."""
LABEL = 40
"""Characters of a name that are drawn at most."""
_WIDE = 4
"""Nodes in a row up to which a diagram goes from left to right."""

LEGEND = (
    "In the diagrams, `+` (rounded) means added, `~` (six-sided) changed, `\u2212` (slanted, dashed) removed. "
    "Thick lines are added, dotted ones removed. A line with a round end leads to a node that waits for branches."
)

_BREAK = "#65279;"
"""A zero-width no-break space, which keeps Mermaid from reading the sign beside it as Markdown."""
_SIGNS = re.compile(r"(?<=[A-Za-z0-9])[_-](?=[A-Za-z0-9])|([!-/:-@\[-`{-~]+)")
"""Runs of ASCII's signs; an underscore or a hyphen inside a word means nothing to Mermaid and stays."""
_SPACES = re.compile(r"^ | $|(?<= ) ")
"""Spaces that HTML leaves out."""


def label(text: str) -> str:
    """Return the text as the inside of a quoted label that every Mermaid from version 10 on shows as it is.

    Mermaid looks for directives, links and formulas in the whole text, and reads a label as Markdown after it has
    decoded character codes. So each sign becomes a code with a `_BREAK` on both sides. Two backticks in one label
    make a code span in spite of that, and every backtick becomes the modifier letter that looks like it.
    """
    spelt = _SIGNS.sub(lambda run: _spelt(run[1]) if run[1] else run[0], text.replace("`", "\u02cb"))
    return _SPACES.sub("#160;", spelt)


def _spelt(signs: str) -> str:
    return _BREAK + _BREAK.join(f"#{ord(sign)};" for sign in signs) + _BREAK


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
_LINKS = {
    Mark.ADDED: f'==>|"{label("+")}"|',
    Mark.CHANGED: "-->",
    Mark.REMOVED: '-.->|"removed"|',
    Mark.SAME: "-->",
}
_UNITES = {
    Mark.ADDED: f'==o|"{label("+ unites")}"|',
    Mark.CHANGED: f'--o|"{label("~ unites")}"|',
    Mark.REMOVED: '-.-o|"unites, removed"|',
    Mark.SAME: '--o|"unites"|',
}


def diagram(graph: GraphReview) -> str:
    """Return the diagram's source; empty if there is nothing to draw."""
    return _source(graph, drawn_nodes(graph))


def left_out(graph: GraphReview) -> str:
    """Return how many nodes, and links between the drawn ones, the diagram lacks; empty if it has all."""
    comparison = graph.comparison
    drawn = drawn_nodes(graph)
    nodes, links = len(comparison.nodes), len(_links(comparison, drawn))
    found = [f"{counted(nodes - len(drawn), 'node')} of {nodes:,} not drawn."] if nodes > len(drawn) else []
    if links > MOST_LINKS:
        where = " between the drawn nodes" if found else ""
        found.append(f"{counted(links - MOST_LINKS, 'link')} of {links:,}{where} not drawn.")
    return " ".join(found)


def drawn_nodes(graph: GraphReview) -> list[str]:
    """Return as many nodes as Mermaid draws, in the order of the walk."""
    most = MOST_NODES
    while len(_source(graph, drawn := _wanted(graph.comparison, most))) >= LONGEST:
        most //= 2
    return drawn


def _wanted(comparison: Comparison, most: int) -> list[str]:
    """Return all nodes; of a big graph those that change and their neighbours."""
    if len(comparison.nodes) <= most:
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
    kept = set([identifier for identifier in wanted if identifier in comparison.nodes][:most])
    return [identifier for identifier in comparison.nodes if identifier in kept]


def _source(graph: GraphReview, identifiers: list[str]) -> str:
    comparison = graph.comparison
    drawn = {identifier: f"n{number}" for number, identifier in enumerate(identifiers)}
    if not drawn:
        return ""
    lines = [f"flowchart {'TD' if downwards(comparison, identifiers) else 'LR'}"]
    for name, (mark, text) in zip(drawn.values(), texts(graph, identifiers), strict=True):
        opening, closing = _SHAPES[mark]
        lines.append(f"  {name}{opening}{'<br/>'.join(map(label, text))}{closing}:::{_CLASSES[mark]}")
    for start, end, mark, unites in drawn_links(comparison, identifiers):
        lines.append(f"  {drawn[start]} {(_UNITES if unites else _LINKS)[mark]} {drawn[end]}")
    used = [style for mark, style in _STYLES.items() if mark in comparison.nodes.values()]
    return "\n".join([*lines, *(f"  {style}" for style in used)])


def texts(graph: GraphReview, identifiers: list[str]) -> Iterator[tuple[Mark, list[str]]]:
    """Yield the mark of each node and the lines of its label: sign and identifier, then what it runs."""
    nodes = [_node(graph.new, identifier) or _node(graph.old, identifier) for identifier in identifiers]
    runs = [node.node_name for node in nodes if node and isinstance(node.node_name, str)]
    names, run_names = distinct(identifiers), distinct(runs)
    for identifier, node in zip(identifiers, nodes, strict=True):
        mark = graph.comparison.nodes[identifier]
        sign = {Mark.ADDED: "+ ", Mark.CHANGED: "~ ", Mark.REMOVED: "\u2212 ", Mark.SAME: ""}[mark]
        yield mark, [sign + names[identifier], *([_runs(node, graph.state.namespace, run_names)] if node else [])]


def _runs(node: Node, namespace: Leaf, run_names: Mapping[str, str]) -> str:
    runs = node.node_name.value if isinstance(node.node_name, Hidden) else run_names[node.node_name]
    if node.namespace == namespace or not isinstance(node.namespace, str):
        return runs
    return f"{runs} · {shortened(node.namespace, LABEL)}"


def distinct(names: Iterable[str]) -> dict[str, str]:
    """Return each name with its middle cut out if it is long, and a number where two would look the same."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        short, number = shortened(name, LABEL), 1
        while short in found.values():
            number += 1
            short = f"{shortened(name, LABEL - 6)} ({number})"
        found[name] = short
    return found


def _node(state: object, identifier: str) -> Node | None:
    nodes: Mapping[str, Node] = getattr(state, "nodes", {})
    return nodes.get(identifier)


def drawn_links(comparison: Comparison, identifiers: Collection[str]) -> list[tuple[str, str, Mark, bool]]:
    """Return the drawn links between these nodes: start, end, mark, and whether the end waits for branches."""
    return _links(comparison, identifiers)[:MOST_LINKS]


def _links(comparison: Comparison, identifiers: Collection[str]) -> list[tuple[str, str, Mark, bool]]:
    nodes = frozenset(identifiers)
    return [
        (*link, mark, links is comparison.unites)
        for links in (comparison.links, comparison.unites)
        for link, mark in links.items()
        if nodes.issuperset(link)
    ]


def downwards(comparison: Comparison, identifiers: Collection[str]) -> bool:
    """Return whether the diagram goes downwards, because from left to right it would not fit a comment's width."""
    following: dict[str, list[str]] = {}
    for start, end in comparison.links:
        if start in identifiers and end in identifiers:
            following.setdefault(start, []).append(end)
    led_to = {end for ends in following.values() for end in ends}
    layer, depth = [identifier for identifier in identifiers if identifier not in led_to], 0
    while layer and depth <= _WIDE:
        layer, depth = list(dict.fromkeys(end for start in layer for end in following.get(start, ()))), depth + 1
    return depth > _WIDE
