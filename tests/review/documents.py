"""Documents as `pulumi preview --json` writes them, made by hand for cases without a recorded one."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pulumi_exosphere.review.gather import Review, review
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.schedules import Clock

PREVIEWS = Path(__file__).parent / "previews"
COMMENTS = Path(__file__).parent / "comments"
CLOCK = Clock(datetime(2026, 1, 5, 8, tzinfo=timezone.utc), ZoneInfo("UTC"))
"""A Monday morning, before the schedules of most tests."""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def recorded(name: str) -> str:
    """Return a recorded preview of the real CLI."""
    [path] = PREVIEWS.glob(f"{name}.json*")
    return path.read_text()


def urn(name: str, kind: str = "Graph") -> str:
    """Return the URN of a resource of this package, or of the given type."""
    token = kind if ":" in kind else f"pulumi-python:dynamic/exosphere:{kind}"
    return f"urn:pulumi:dev::project::{token}::{name}"


def node(next_nodes: str = "", *, runs: str = "Run", **more: Any) -> dict[str, Any]:
    """Return a node as state contains it; its next nodes are given as words."""
    return {"node_name": runs, "namespace": "analytics", "inputs": {}, "next_nodes": next_nodes.split(), **more}


def graph(nodes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a graph's inputs as state contains them."""
    return {"name": "report", "namespace": "analytics", "nodes": nodes or {}, "secrets": {}, **more}


def step(
    op: str,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    *,
    name: str = "report",
    kind: str = "Graph",
    **state: Any,
) -> dict[str, Any]:
    """Return a step of the engine; ``state`` is added to the state before and after."""
    token = urn(name, kind).split("::")[2]
    before, after = (inputs if inputs is None else {"type": token, "inputs": inputs, **state} for inputs in (old, new))
    return {"op": op, "urn": urn(name, kind), "oldState": before, "newState": after}


def said(message: str, *, severity: str = "warning", of: str = urn("report")) -> dict[str, Any]:
    """Return a diagnostic."""
    return {"urn": of, "severity": severity, "message": f"{severity}: {message}\n"}


def document(*steps: dict[str, Any], diagnostics: list[dict[str, Any]] | None = None) -> str:
    """Return the document."""
    return json.dumps({"steps": steps, "diagnostics": diagnostics or [], "changeSummary": {}})


def reviewed(*steps: dict[str, Any], diagnostics: list[dict[str, Any]] | None = None) -> Review:
    """Return the review of the document."""
    return review(read(document(*steps, diagnostics=diagnostics)), CLOCK)


def sentences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the sentences about an update of a graph."""
    from pulumi_exosphere.review.text import plain

    [found] = reviewed(step("update", old, new)).graphs
    return [plain(change.words) for change in found.changes]
