"""Labels that Mermaid draws in a real browser are the names that they stand for."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_exosphere.review.diagram import MOST_NODES, diagram
from pulumi_exosphere.review.gather import review
from pulumi_exosphere.review.graph_review import GraphReview
from pulumi_exosphere.review.preview import read
from tests.review.documents import CLOCK, COMMENTS, graph, node, recorded, reviewed, step
from tests.support.brevity import cases
from tools.browser import chromium, scripts

SIGNS = [chr(code) for code in range(ord("!"), 127) if not chr(code).isalnum()]
NAMES = """\
load|__init__|*x*|**x**|1. phase|1) phase|10.|- x|+ x|`x|`a` `b`|~~x~~|~~~|a@b.com|http://x.example|www.x.example
$$x$$|$x$|# x|> x|<b>x</b>|<br/>|&amp;|&lt;|#35;|#quot;|a;b|"x"|%%{init: {}}%%|%% x|end|graph|subgraph x|[x](y)|![x](y)
\\*x|a\\b|a\\nb|:smile:|fa:fa-car|---|===|((x))|{{x}}|a:::b|style n0 fill:red|click n0|javascript:x|- [ ] x|x.y.z
a_b_c|_a_b_|a-b--c|日本語|naïve 🎉|x  y| x|x |user-1|it's|extract · Extract|accTitle: x|${{ x }}""".replace(
    "\n", "|"
).split("|")
"""Names that a version of Mermaid draws differently if they are written unchanged, and everyday ones."""
SCRIPT = """
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
(async () => {
  const found = [];
  for (const [number, source] of SOURCES.entries()) {
    const drawing = document.createElement("div");
    document.body.append(drawing);
    try {
      drawing.innerHTML = (await mermaid.render("drawing" + number, source)).svg;
      const texts = (selector) => [...drawing.querySelectorAll(selector)].map((one) => one.innerText);
      found.push({ nodes: texts(".node .nodeLabel"), links: texts("span.edgeLabel"),
        markup: drawing.querySelectorAll(".nodeLabel :not(p, br), a, img, math").length });
    } catch (error) { found.push({ error: String(error) }); }
    drawing.remove();
  }
  const result = document.createElement("pre");
  result.id = "result";
  result.textContent = JSON.stringify(found);
  document.body.append(result);
})();
"""


def goldens() -> Iterator[GraphReview]:
    """Yield every graph of the comments in `comments/`."""
    for path in sorted(COMMENTS.glob("*.md")):
        yield from review(read(recorded(path.stem)), CLOCK).graphs


def odd() -> Iterator[GraphReview]:
    """Yield graphs whose names Mermaid would read as markup, with each sign next to each other sign."""
    half = len(SIGNS) // 2
    between = ["".join(sign + other for other in part) for sign in SIGNS for part in (SIGNS[:half], SIGNS[half:])]
    names = [*NAMES, *(f"{sign} x" for sign in SIGNS), *between]
    for start in range(0, len(names), MOST_NODES):
        nodes = {name: node(runs=name[::-1], namespace="_n_") for name in names[start : start + MOST_NODES]}
        yield from reviewed(step("create", None, graph(nodes))).graphs


def expected(one: GraphReview) -> list[str]:
    """Return the nodes' labels: sign, identifier, node name, and the namespace if it isn't the graph's."""
    found = []
    for identifier, mark in one.comparison.nodes.items():
        state = one.new if one.new and identifier in one.new.nodes else one.old
        assert state
        runs = state.nodes[identifier]
        sign = {"+": "+ ", "~": "~ ", "-": "\u2212 ", " ": ""}[mark.value]
        namespace = "" if runs.namespace == state.namespace else f" · {runs.namespace}"
        found.append(f"{sign}{identifier}\n{runs.node_name}{namespace}".replace("`", "\u02cb"))
    return found


def drawn(script: scripts.Script, sources: list[str], folder: Path) -> list[dict[str, Any]]:
    """Return the text of each diagram in the browser."""
    page = folder / "page.html"
    written = json.dumps(sources).replace("</", "<\\/")
    page.write_text(
        f"<!doctype html><meta charset=utf-8><body><script>{script.text()}</script>"
        f"<script>const SOURCES = {written};{SCRIPT}</script>",
        encoding="utf-8",
    )
    result = re.search(r'<pre id="result">(.*?)</pre>', chromium.dom(page), re.DOTALL)
    assert result, "the page was not drawn"
    found: list[dict[str, Any]] = json.loads(html.unescape(result[1]))
    return found


def shown(text: str) -> str:
    """Return the text as a reader sees it."""
    return text.replace("\ufeff", "").replace("\xa0", " ")


@pytest.fixture(params=cases(list(scripts.MERMAID)), ids=lambda script: script.version)
def mermaid(request: pytest.FixtureRequest) -> scripts.Script:
    """One version of each kind of Mermaid (of one kind in `make check`), if `make browser` has set up what draws it."""
    script: scripts.Script = request.param
    if chromium.find() is None or not script.path.is_file():
        pytest.skip("Chromium or Mermaid is missing: `make browser` sets them up")
    return script


def test_every_label_is_its_name(mermaid: scripts.Script, tmp_path: Path) -> None:
    """In the diagrams of the golden comments, and of graphs with the oddest names."""
    graphs = [one for one in (*goldens(), *odd()) if diagram(one)]
    found = drawn(mermaid, [diagram(one) for one in graphs], tmp_path)
    assert len(found) == len(graphs) > 10
    for one, drawing in zip(graphs, found, strict=True):
        assert "error" not in drawing
        assert [shown(label) for label in drawing["nodes"]] == expected(one)
        assert drawing["markup"] == 0
        assert {shown(label) for label in drawing["links"]} <= {"", "+", "removed"} | {
            "unites",
            "+ unites",
            "~ unites",
            "unites, removed",
        }


@pytest.mark.parametrize("mermaid", scripts.MERMAID[1:2], ids=lambda script: script.version, indirect=True)
def test_the_largest_diagram_is_drawn(mermaid: scripts.Script, tmp_path: Path) -> None:
    """With as many nodes and links as possible, and long names that consist of signs."""
    names = [f"{'*' * 30}{number}{'_' * 30}" for number in range(MOST_NODES)]
    nodes = {name: node(" ".join(names[number + 1 :]), runs=name) for number, name in enumerate(names)}
    [one] = reviewed(step("create", None, graph(nodes))).graphs
    [drawing] = drawn(mermaid, [diagram(one)], tmp_path)
    assert len(set(drawing["nodes"])) == len(drawing["nodes"]) > 10
