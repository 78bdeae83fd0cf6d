"""The review as one HTML file, without scripts and without anything from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from .compare import Mark
from .diagram import LEGEND, left_out
from .drawing import CLASSES, STYLE, drawing
from .gather import Review
from .graph_review import Fate, GraphReview
from .outline import (
    FATES,
    Item,
    headline,
    message_items,
    others_words,
    sections,
    summary_words,
    title_words,
    zone_words,
)
from .preview import Diagnostic
from .schedules import Clock
from .text import in_html, plain

_STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #1f2328; --soft: #59636e; --line: #8c959f; --box: #d1d9e0;
  --same: #f6f8fa; --green: #1a7f37; --added: #dafbe1; --yellow: #9a6700; --changed: #fff8c5; --red: #cf222e;
  --removed: #ffebe9; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #6e7681;
  --box: #30363d; --same: #21262d; --green: #3fb950; --added: #12261e; --yellow: #d29922; --changed: #272115;
  --red: #f85149; --removed: #25171c; } }
body { max-width: 70em; margin: 2em auto; padding: 0 1.5em; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5em; margin-bottom: .3em; } h2 { font-size: 1.1em; margin: 0 0 .8em; } h3 { font-size: 1em; }
code { font: .9em ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; background: var(--same); border-radius: 4px; padding: .1em .35em; }
pre { overflow-x: auto; background: var(--same); border-radius: 4px; padding: .8em; } .soft { color: var(--soft); }
h2 .soft { font-weight: 400; }
section { border: 1px solid var(--box); border-radius: 8px; padding: 1em 1.2em; margin: 1.2em 0; }
.badge { border: 1px solid; border-radius: 1em; padding: .1em .7em; font-size: .85em; font-weight: 600; }
.badge.added, .sign.added { color: var(--green); } .badge.changed, .sign.changed { color: var(--yellow); }
.badge.removed, .sign.removed { color: var(--red); } .badge.same { color: var(--soft); }
ul { list-style: none; padding: 0; margin: .5em 0; } li { padding: .15em 0 .15em 1.4em; position: relative; }
.sign { position: absolute; left: .2em; font-weight: 700; } summary { cursor: pointer; color: var(--soft); }
figure { margin: 0 0 1em; overflow-x: auto; }
""".strip()


def page(review: Review, clock: Clock) -> str:
    """Return the page; unlike a comment it has no limit."""
    title, others = title_words(review), others_words(review)
    body = [f"<h1>{in_html(title)}</h1>", f"<p><b>{in_html(summary_words(review))}</b> {in_html(others)}</p>"]
    if review.errors:
        body.append(_messages("Errors", review.errors))
    body += map(_graph, review.graphs)
    if review.diagnostics:
        body.append(_messages("About the stack", review.diagnostics))
    if any("<svg" in part for part in body):
        body.append(f'<p class="soft">{html.escape(LEGEND.replace("`", ""))}</p>')
    if zone := zone_words(review, clock):
        body.append(f'<p class="soft">{in_html(zone)}</p>')
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        # Whatever a name contains, nothing is run and nothing is loaded.
        """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n"""
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(plain(title).replace('`', ''))}</title>\n<style>\n{_STYLE}{STYLE}</style></head>\n"
        "<body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _graph(graph: GraphReview) -> str:
    title, mark = FATES[graph.fate]
    summary = headline(graph)
    more = f' <span class="soft">{summary}</span>' if summary else ""
    heading = f'<h2><span class="badge {CLASSES[mark]}">{title}</span> {in_html(graph.named)}{more}</h2>'
    return f"<section>{heading}\n{''.join(_parts(graph))}</section>"


def _parts(graph: GraphReview) -> Iterator[str]:
    if drawn := drawing(graph):
        figure = f"<figure>{drawn}</figure>\n"
        folded = graph.fate is Fate.RETIRED or not graph.comparison.differs
        yield f"<details><summary>Diagram</summary>{figure}</details>\n" if folded else figure
    if missing := left_out(graph):
        yield f'<p class="soft">{missing}</p>\n'
    for section in sections(graph, graph.changes):
        if section.title:
            yield f"<h3>{section.title}</h3>\n"
        yield _list(section.items)


def _messages(title: str, diagnostics: Sequence[Diagnostic]) -> str:
    return f"<section><h2>{title}</h2>\n{_list(message_items(diagnostics))}</section>"


def _list(items: Sequence[Item]) -> str:
    return f"<ul>\n{''.join(map(_line, items))}</ul>\n"


def _line(item: Item) -> str:
    sign = {Mark.SAME: "•", Mark.REMOVED: "\u2212"}.get(item.mark, item.mark.value)
    body = f"<details><summary>in full</summary><pre>{html.escape(item.body)}</pre></details>" if item.body else ""
    return f'<li><span class="sign {CLASSES[item.mark]}">{sign}</span>{in_html(item.words)}{body}</li>\n'
