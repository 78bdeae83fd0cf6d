"""`python -m pulumi_exosphere.local`: the embedded state manager in a process of its own."""

from __future__ import annotations

from .command import main

if __name__ == "__main__":
    raise SystemExit(main())
