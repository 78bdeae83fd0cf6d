"""What the state manager answers, and whether it is the state manager that answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any


class Unreadable(Exception):
    """An answer isn't the state manager's; the text says why, and holds nothing of the answer."""


@dataclass(frozen=True)
class Answer:
    """One answer, read to its end."""

    status: int
    content: bytes = field(repr=False)
    request_id: str
    content_type: str = ""
    location: str | None = field(default=None, repr=False)
    retry_after: float | None = None
    """Seconds for which the server asked not to be asked again."""

    def json(self) -> Any:
        """The content.

        Raises Unreadable where it isn't JSON.
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            pass  # raised below, where the error that holds the whole content isn't its context any more
        raise Unreadable(f"{self.kind()} came where JSON belongs")

    def kind(self) -> str:
        """In a word or two what the content is."""
        if not self.content.strip():
            return "an empty answer"
        if "html" in self.content_type.lower() or self.content.lstrip()[:1] == b"<":
            return "an HTML page"
        return "broken JSON" if "json" in self.content_type.lower() else "something other than JSON"

    def detail(self) -> str | list[Any] | None:
        """The words in which the state manager refuses; None where it isn't the state manager's refusal."""
        try:
            content = self.json()
        except Unreadable:
            return None
        detail = content.get("detail") if isinstance(content, dict) else None
        return detail if isinstance(detail, (str, list)) else None

    def says_no_such_graph(self) -> bool:
        """Whether this 404 is the state manager's own, about a graph.

        A proxy's is a page, or says it in other words; so does the server's own about a path that it doesn't have,
        ``{"detail": "Not Found"}``. Neither means that the graph is gone.
        """
        detail = self.detail()
        return isinstance(detail, str) and "graph" in detail.lower() and "not found" in detail.lower()


def retry_after(header: str | None, now: str | None) -> float | None:
    """The seconds of a Retry-After header, which holds a number of them or a time; None where it holds neither.

    A time is compared with the server's own clock (``now``, its Date header) where it tells.
    """
    header = (header or "").strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    until = _time(header)
    if until is None:
        return None
    return max((until - (_time(now) or datetime.now(timezone.utc))).total_seconds(), 0.0)


def _time(header: str | None) -> datetime | None:
    try:
        time = parsedate_to_datetime(header or "")
    except (ValueError, TypeError):
        return None
    return time if time.tzinfo is not None else time.replace(tzinfo=timezone.utc)
