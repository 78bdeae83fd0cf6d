from __future__ import annotations

import httpx
import pytest

from pulumi_exosphere.state_manager import calls
from pulumi_exosphere.state_manager.transport_errors import HTTPX_ERRORS, ROWS, from_httpx
from tests.support.transports import ADDRESS


def httpx_errors() -> list[type[Exception]]:
    """Every exception that httpx has."""
    return [kind for kind in vars(httpx).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", httpx_errors(), ids=lambda kind: kind.__name__)
def test_every_error_of_httpx_has_its_row(kind: type[Exception]) -> None:
    """None is missing from the table, and none escapes the one `except` that catches them."""
    assert kind in ROWS
    assert issubclass(kind, HTTPX_ERRORS)


@pytest.mark.parametrize("kind", httpx_errors(), ids=lambda kind: kind.__name__)
def test_no_error_of_httpx_brings_its_own_text(kind: type[Exception]) -> None:
    """It could hold a header or an address with credentials."""
    error = kind.__new__(kind)
    error.args = ("canary",)
    for call in (calls.get_graph("ns", "g"), calls.put_graph("ns", "g", {})):
        told = from_httpx(error, call, ADDRESS, "id").error(call, 1)
        assert ADDRESS in str(told)
        assert "canary" not in f"{told!r}"
