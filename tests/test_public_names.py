"""What `import pulumi_exosphere` offers and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pulumi_exosphere


def test_names_are_sorted_and_there() -> None:
    """`__all__` is sorted and complete: each name exists, and comes from this package."""
    assert pulumi_exosphere.__all__ == sorted(set(pulumi_exosphere.__all__))
    homes = {name: getattr(pulumi_exosphere, name).__module__ for name in pulumi_exosphere.__all__}
    assert all(home.split(".")[0] == "pulumi_exosphere" for home in homes.values())


def test_only_public_names_are_offered() -> None:
    """Completion shows the public names and no submodule, before and after they are loaded."""
    code = (
        "import pulumi_exosphere as p; names = dir(p); loaded = [getattr(p, name) for name in p.__all__]; "
        "print(names == dir(p) == p.__all__, hasattr(p, 'resources_of'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["True", "False"]


def test_importing_loads_nothing_heavy() -> None:
    """A program pays for HTTP, cron and validation only when it uses them, which is mostly in another process."""
    heavy = "httpx", "croniter", "pydantic", "starlette", "uvicorn", "tenacity"
    code = (
        "import sys, pulumi.dynamic; before = set(sys.modules); import pulumi_exosphere; "
        f"print(sorted(set({heavy}) & set(sys.modules))); "
        "print(sorted(name for name in set(sys.modules) - before if not name.startswith('pulumi_exosphere')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.splitlines() == ["[]", "[]"]


def test_declaring_loads_nothing_heavy() -> None:
    """A program that declares something doesn't either, until a hook runs."""
    code = (
        "import sys; from tests.support.running import graph, run; import pulumi_exosphere as exosphere; "
        "run(lambda: exosphere.CronTrigger('c', graph=graph(), expression='@daily')); "
        "print(sorted({'httpx', 'croniter', 'pydantic', 'pulumi_exosphere.reconcile.graph'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.strip() == "[]"
