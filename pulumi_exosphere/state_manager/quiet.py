"""Keeping httpx's own logs quiet about our requests.

httpx logs whole URLs, and httpcore the headers of every answer: a redirect's can hold credentials, and a proxy's can
repeat the key. What is worth knowing stands in this package's own log. Other users of httpx in the same process keep
their logs.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))

_ours = threading.local()


def _is_somebody_elses(_: logging.LogRecord) -> bool:
    return not getattr(_ours, "request", False)


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what httpx and httpcore log in this thread meanwhile."""
    before = getattr(_ours, "request", False)
    _ours.request = True
    try:
        yield
    finally:
        _ours.request = before


def install() -> None:
    """Make `quiet` work; installing it again changes nothing."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_somebody_elses)
