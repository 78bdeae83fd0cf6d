"""The package's schema: what generated SDKs, YAML programs and `pulumi import` know of it."""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).with_name("schema.json")


def schema() -> str:
    """The text of the schema, as `make docs` wrote it."""
    return FILE.read_text("utf-8")
