from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pulumi_exosphere.review.diagram import diagram
from pulumi_exosphere.review.drawing import drawing
from pulumi_exosphere.review.gather import Review, review
from pulumi_exosphere.review.outline import headline
from pulumi_exosphere.review.page import page
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.text import in_html
from tests.review.documents import CLOCK, COMMENTS, graph, node, recorded, reviewed, said, step
from tools.browser import chromium

NAMES = sorted(path.stem for path in COMMENTS.glob("*.md"))
HOSTILE = "</text></svg><script>alert(1)</script><img src=//x>\"'&amp;"
SVG = "{http://www.w3.org/2000/svg}"
VOID = {"meta", "link", "br", "img"}


class Elements(HTMLParser):
    """The page's elements, which must be closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that it was opened last."""
        assert self.open.pop() == tag


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    """Return the elements of the page with their attributes."""
    parser = Elements()
    parser.feed(text)
    assert parser.open == []
    return parser.found


def found(name: str) -> Review:
    """Return the review of a recorded preview."""
    return review(read(recorded(name)), CLOCK)


def hostile() -> Review:
    """Return a review in which every name, value and message is markup."""
    nodes = {HOSTILE: node("b", runs=HOSTILE, namespace=HOSTILE, inputs={HOSTILE: HOSTILE}), "b": node()}
    made = graph(nodes, name=HOSTILE, secrets={HOSTILE: "[secret]"}, triggers={HOSTILE: {}})
    messages = [said(f"{HOSTILE}\n{HOSTILE}\n{HOSTILE}", of=""), said(HOSTILE, severity="error", of="")]
    return reviewed(step("create", None, made), diagnostics=messages)


@pytest.mark.parametrize("name", [*NAMES, "hostile"])
def test_the_page_needs_nothing_from_elsewhere(name: str) -> None:
    """No script, image, font or link; the page's policy would block one."""
    text = page(hostile() if name == "hostile" else found(name), CLOCK)
    tags = elements(text)
    assert {tag for tag, _ in tags}.isdisjoint({"script", "img", "link", "a", "iframe", "object", "use", "image"})
    assert not any({"src", "href", "style"} & attributes.keys() for _, attributes in tags)
    assert "url(" not in text
    assert "@import" not in text
    policy = next(attributes["content"] for tag, attributes in tags if "http-equiv" in attributes)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_what_the_comment_says(name: str) -> None:
    """Every change, and the headline of every graph."""
    shown = found(name)
    text = page(shown, CLOCK)
    for one in shown.graphs:
        assert in_html(one.named) in text
        assert headline(one) in text
        assert all(in_html(change.words) in text for change in one.changes)


def test_a_long_message_is_there_in_full() -> None:
    """Below the sentence."""
    shown = reviewed(diagnostics=[said("Program failed:\n<b>\nValueError", severity="error", of="")])
    assert "<summary>in full</summary><pre>Program failed:\n&lt;b&gt;\nValueError</pre>" in page(shown, CLOCK)


def test_the_drawing_has_the_diagrams_names_and_signs() -> None:
    """As text, for any characters."""
    [one] = hostile().graphs
    svg = ET.fromstring(drawing(one))  # noqa: S314  # our own
    texts = ["".join(element.itertext()) for element in svg.iter(f"{SVG}text")]
    short = "</text></svg><script…img src=//x>\"'&amp;"
    assert texts == [f"+ {short}", f"{short} · {short}", "+ b", "Run"]


@pytest.mark.parametrize(
    ("old", "new", "shapes"),
    [
        (None, {"a": node("b"), "b": node()}, ["g added", "g added", "polygon end added", "path link added"]),
        ({"a": node("b"), "b": node()}, {"a": node()}, ["g removed", "g same", "path link removed"]),
        ({"a": node()}, {"a": node(runs="Other")}, ["g changed", "polygon shape"]),
        (None, {"a": node("b"), "b": node(unites={"identifier": "a"})}, ["circle end added"]),
    ],
)
def test_marks_show_as_shapes_and_classes(old: dict[str, object], new: dict[str, object], shapes: list[str]) -> None:
    """The page's style sheet gives them colours and dashes."""
    states = (None if nodes is None else graph(nodes) for nodes in (old, new))
    [one] = reviewed(step("create" if old is None else "update", *states)).graphs
    svg = ET.fromstring(drawing(one))  # noqa: S314  # our own
    shown = [f"{element.tag.removeprefix(SVG)} {element.get('class')}" for element in svg.iter()]
    assert set(shapes) <= set(shown)


MEASURE = """<script>
const fits = [...document.querySelectorAll("svg g")].map((group) => {
  const shape = group.querySelector(".shape").getBBox();
  return [...group.querySelectorAll("text")].every((text) => {
    const box = text.getBBox();
    return box.x >= shape.x && box.x + box.width <= shape.x + shape.width && box.y >= shape.y - 1;
  });
});
const result = document.createElement("pre");
result.id = "result";
result.textContent = JSON.stringify({ fits, page: getComputedStyle(document.body).backgroundColor,
  text: getComputedStyle(document.body).color, loaded: performance.getEntriesByType("resource").length });
document.body.append(result);
</script>"""


@pytest.mark.skipif(chromium.find() is None, reason="Chromium is missing: `make browser` sets it up")
@pytest.mark.parametrize("dark", [False, True])
def test_a_browser_draws_it(dark: bool, tmp_path: Path) -> None:
    """Every label is inside its shape, the colours follow the system's, and nothing is loaded."""
    nodes = {name: node(runs=name) for name in ("日本語の識別子", "a" * 60, "WWWWWWWWWW", "i", "naïve 🎉")}
    shown = found("showcase")
    shown.graphs += reviewed(step("create", None, graph(nodes))).graphs
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page(shown, CLOCK))
    written = tmp_path / "page.html"
    # Only this test's own script needs the policy away.
    written.write_text(text.replace("<details>", "<details open>").replace("</body>", f"{MEASURE}</body>"), "utf-8")
    result = re.search(r'<pre id="result">(.*?)</pre>', chromium.dom(written, dark=dark), re.DOTALL)
    assert result
    measured = json.loads(html.unescape(result[1]))
    assert len(measured["fits"]) == sum(diagram(one).count(":::") for one in shown.graphs)
    assert all(measured["fits"])
    assert measured["loaded"] == 0
    colours = ["rgb(13, 17, 23)", "rgb(230, 237, 243)"] if dark else ["rgb(255, 255, 255)", "rgb(31, 35, 40)"]
    assert [measured["page"], measured["text"]] == colours
