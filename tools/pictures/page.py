"""A comment as a page that looks like GitHub's: Markdown by marked, diagrams by Mermaid, both from npm."""

from __future__ import annotations

import json

from tools.browser import scripts

_STYLE = """
body { margin: 0; padding: 24px; background: #fff; width: 820px; font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans",
  "DejaVu Sans", sans-serif; color: #1f2328; }
.comment { border: 1px solid #d1d9e0; border-radius: 6px; }
.by { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; color: #59636e;
  border-radius: 6px 6px 0 0; }
.text { padding: 16px; }
h3 { font-size: 1.25em; margin: 0 0 16px; } h4 { font-size: 1em; margin: 24px 0 16px; }
code { font: 85% "DejaVu Sans Mono", monospace; background: #818b981f; padding: .2em .4em; border-radius: 6px; }
pre code { background: none; padding: 0; } pre { background: #f6f8fa; padding: 16px; border-radius: 6px; }
code { overflow-wrap: anywhere; }
ul { padding-left: 2em; margin: 0 0 16px; } li + li { margin-top: .25em; } p { margin: 0 0 16px; }
details { margin-bottom: 16px; } summary { cursor: pointer; } sub { font-size: 80%; color: #59636e; vertical-align: 0; }
.mermaid { background: none; text-align: center; padding: 8px; } .mermaid svg { max-width: 100%; }
"""

_SCRIPT = """
const renderer = { code({ text, lang }) {
  if (lang !== "mermaid") return false;
  const div = document.createElement("div"); div.className = "mermaid"; div.textContent = text; return div.outerHTML;
} };
marked.use({ gfm: true, renderer });
document.querySelector(".text").innerHTML = marked.parse(COMMENT);
mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: "default" });
mermaid.run({ querySelector: ".mermaid" })
  .catch((error) => { document.title = "failed: " + error.message; })
  .finally(() => { document.body.dataset.height = document.documentElement.scrollHeight; });
"""


def page(comment: str) -> str:
    """Return the page, which needs no other file."""
    marked, mermaid = scripts.MARKED.text(), scripts.MERMAID[-1].text()
    script = f"const COMMENT = {_literal(comment)};{_SCRIPT}"
    return (
        f"<!doctype html><meta charset=utf-8><title>comment</title><style>{_STYLE}</style>"
        "<div class=comment><div class=by><b>github-actions</b> commented</div><div class=text></div></div>"
        f"<script>{marked}</script><script>{mermaid}</script><script>{script}</script>"
    )


def _literal(text: str) -> str:
    return json.dumps(text).replace("</", "<\\/")
