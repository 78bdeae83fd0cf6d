"""What `import pulumi_exosphere` gives, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pulumi_exosphere


def test_names_are_sorted_and_complete() -> None:
    """`__all__` is the promise; nothing public stands beside it but submodules."""
    public = {name for name in vars(pulumi_exosphere) if not name.startswith("_")}
    submodules = {name for name in public if type(vars(pulumi_exosphere)[name]).__name__ == "module"}
    assert pulumi_exosphere.__all__ == sorted(pulumi_exosphere.__all__)
    assert set(pulumi_exosphere.__all__) == public - submodules - {"annotations"}


def test_importing_loads_nothing_heavy() -> None:
    """A program pays for HTTP, cron and validation when it uses them, in another process mostly."""
    heavy = "httpx", "croniter", "pydantic", "starlette", "uvicorn", "tenacity"
    code = (
        "import sys, pulumi.dynamic; before = set(sys.modules); import pulumi_exosphere; "
        f"print(sorted(set({heavy}) & set(sys.modules))); "
        "print(sorted(name for name in set(sys.modules) - before if not name.startswith('pulumi_exosphere')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.splitlines() == ["[]", "[]"]


def test_declaring_loads_nothing_heavy() -> None:
    """Nor does a program that declares something, until a hook runs."""
    code = (
        "import sys; from tests.resources.running import graph, run; import pulumi_exosphere as exosphere; "
        "run(lambda: exosphere.CronTrigger('c', graph=graph(), expression='@daily')); "
        "print(sorted({'httpx', 'croniter', 'pydantic'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.strip() == "[]"
