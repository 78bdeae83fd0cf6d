"""Another dynamic provider in the same program: its process is as it would be without this package."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.victims import Victim
from tests.support.pulumi_project import Project

Make = Callable[..., Project]

NEIGHBOUR = """\
import gc, json, os, sys, threading, time
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
import pulumi_exosphere as exosphere

class Neighbour(ResourceProvider):
    def create(self, props):
        import gc, json, os, sys, threading, time
        running = [t for t in sys._current_frames().values() if any_create(t)]
        with open(os.path.join(props["folder"], props["name"] + ".json"), "w") as file:
            json.dump({"running": len(running), "gc": gc.get_threshold(), "cut": hasattr(sys, "tracebacklimit")}, file)
        time.sleep(props["seconds"])
        if props["fails"]:
            raise ValueError("the neighbour's own error")
        with open(os.path.join(props["folder"], props["name"] + ".done"), "w") as file:
            file.write("done")
        return CreateResult(props["name"], props)

def any_create(frame):
    while frame is not None:
        if frame.f_code.co_name == "create" and "Neighbour" in getattr(frame.f_code, "co_qualname", "Neighbour"):
            return True
        frame = frame.f_back
    return False

class Other(Resource):
    def __init__(self, name, **props):
        super().__init__(Neighbour(), name, {"name": name, "fails": False, **props})

FOLDER = os.environ["NEIGHBOURS"]
"""

FAILING = (
    NEIGHBOUR
    + """
exosphere.Graph("ours", namespace="analytics", registration_timeout=0.2,
                nodes=[exosphere.GraphNodeArgs(node_name="Nowhere", identifier="a")])
Other("theirs", folder=FOLDER, seconds=3, fails=True)
"""
)

MANY = (
    NEIGHBOUR
    + """
for number in range(10):
    Other(f"other-{number}", folder=FOLDER, seconds=1.5)
    exosphere.Graph(f"ours-{number}", namespace="analytics",
                    nodes=[exosphere.GraphNodeArgs(node_name="Extract", identifier="a", inputs={"source": "x"})])
"""
)

LONG = (
    NEIGHBOUR
    + """
exosphere.Graph("ours", namespace="analytics",
                nodes=[exosphere.GraphNodeArgs(node_name="Extract", identifier="a", inputs={"source": "x"})])
Other("slow", folder=FOLDER, seconds=9)
"""
)


def test_its_tracebacks_stay_whole(project: Make, tmp_path: Path) -> None:
    """After one of our errors, which is one line, its own error still has its traceback."""
    stack = project(FAILING, {"NEIGHBOURS": str(tmp_path)})
    output = stack.up("--skip-preview").refused().output
    assert "pulumi_exosphere.NotRegistered: " in output
    assert "provider/base.py" not in output
    assert "ValueError: the neighbour's own error" in output
    assert ", in create" in output


def test_its_concurrency_and_process_stay(project: Make, tmp_path: Path) -> None:
    """No more of its hooks run at once than Pulumi's four threads allow, and nothing of the interpreter is changed."""
    stack = project(MANY, {"NEIGHBOURS": str(tmp_path)})
    stack.up("--skip-preview", "--parallel", "32").check()
    seen = [json.loads(path.read_text()) for path in sorted(tmp_path.glob("other-*.json"))]
    assert len(seen) == 10
    assert max(one["running"] for one in seen) in {2, 3, 4}  # A busy machine may start some late.
    assert {one["cut"] for one in seen} == {False}
    assert {tuple(one["gc"]) for one in seen} == {gc.get_threshold()}


def test_its_long_hook_ends_by_itself(project: Make, tmp_path: Path) -> None:
    """If the engine is killed, the process ends only after the other provider's hook has ended."""
    stack = project(LONG, {"NEIGHBOURS": str(tmp_path)})
    victim = Victim(stack, "up", "--yes", "--skip-preview")
    try:
        _wait_for(tmp_path / "slow.json")
        victim.kill_cli()
        _wait_for(tmp_path / "slow.done")
    finally:
        victim.kill()
        victim.end()


def _wait_for(path: Path) -> None:
    until = time.monotonic() + 90
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} never came"
        time.sleep(0.1)
