"""What a hook tells besides errors: one line, which Pulumi shows under the stack."""

from __future__ import annotations


def tell(message: str) -> None:
    """Print one line. It names paths, identifiers and graphs, and never a value."""
    print(f"exosphere: {message}", flush=True)  # noqa: T201  # the engine shows what a hook prints; it has no other way
