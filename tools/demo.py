"""`make demo`: show what a user sees, from the first `pulumi up` to `destroy`, with an embedded state manager.

Everything happens in a temporary folder and on a free port. Everything that was started is stopped, even if a step
fails or the demo is interrupted.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from pulumi_exosphere.local import LocalStateManager
from tools.session import end_session

QUICKSTART = Path(__file__).parent.parent / "examples" / "quickstart"
NAMESPACE, GRAPH = "analytics", "daily-report"
COLOURS = sys.stdout.isatty()
LIMIT = 180.0
"""Seconds that one command may take; usually it takes a few."""


NODES = [
    {"name": "Extract", "inputs": ["source"], "outputs": ["rows"]},
    {"name": "Transform", "inputs": ["rows", "mode"], "outputs": ["rows"]},
    {"name": "Load", "inputs": ["rows"], "outputs": ["count"], "secrets": ["warehouse_password"]},
]


class Demo:
    """The steps of the demo, in a folder that is removed afterwards."""

    def __init__(self, folder: Path, state_manager: LocalStateManager) -> None:
        self.state_manager = state_manager
        self.program = folder / "quickstart"
        self.step = 0
        shutil.copytree(QUICKSTART, self.program, ignore=shutil.ignore_patterns("Pulumi.*.yaml", "__pycache__"))
        (folder / "state").mkdir()
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("EXOSPHERE_", "PULUMI_"))}
        self.environment = {
            **outside,
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_hex(),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "EXOSPHERE_STATE_MANAGER_URI": state_manager.uri,
            "EXOSPHERE_API_KEY": state_manager.api_key,
        }

    def run(self) -> None:
        """Run all steps in order."""
        tell = self.tell
        registered = ", ".join(str(node["name"]) for node in NODES)
        tell(f"An embedded state manager is running at {self.state_manager.uri}; a runtime registers {registered}")
        self.state_manager.register(NAMESPACE, NODES)
        self.pulumi("stack", "init", "demo")
        self.pulumi("config", "set", "--secret", "warehousePassword", secrets.token_hex(8))

        tell("`pulumi up` deploys the graph of examples/quickstart")
        self.pulumi("up", "--yes", "--suppress-progress")

        tell("The program changes: a new node cleans the rows, and failed nodes are retried more often")
        self.change_the_program()

        tell("`pulumi preview` shows a reviewer what will change; nothing is sent")
        self.pulumi("preview", "--diff", "--suppress-progress")

        tell("`pulumi up` applies the change")
        self.pulumi("up", "--yes", "--skip-preview", "--suppress-progress")

        tell("Someone changes the graph outside Pulumi: another source, fewer retries, no schedule")
        self.change_it_outside_pulumi()

        tell("`pulumi refresh` detects the drift, and shows it field by field")
        self.pulumi("refresh", "--yes", "--skip-preview", "--diff")

        tell("`pulumi up` corrects the drift: the graph is again what the program declares")
        self.pulumi("up", "--yes", "--skip-preview", "--diff")

        tell("`pulumi destroy` retires the graph (a state manager has no delete): it cannot run, its secrets are gone")
        self.pulumi("destroy", "--yes", "--skip-preview", "--suppress-progress")

    def tell(self, what: str) -> None:
        """Print the heading of a step."""
        self.step += 1
        bold, plain = ("\033[1;36m", "\033[0m") if COLOURS else ("", "")
        print(f"\n{bold}== {self.step}. {what}{plain}", flush=True)

    def pulumi(self, *arguments: str) -> None:
        """Run ``pulumi ARGUMENTS``; end everything it started if it takes too long or the demo is interrupted."""
        command = ["pulumi", *arguments, "--non-interactive", "--color", "always" if COLOURS else "never"]
        process = subprocess.Popen(
            command, cwd=self.program, env=self.environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            status = process.wait(timeout=LIMIT)
        finally:
            end(process)
        if status:
            raise SystemExit(f"pulumi {arguments[0]} failed with status {status}")

    def change_the_program(self) -> None:
        """Replace the program by the changed one, and print the difference."""
        current, changed = self.program / "__main__.py", self.program / "changed" / "__main__.py"
        before, after = (path.read_text().splitlines(keepends=True) for path in (current, changed))
        sys.stdout.writelines(difflib.unified_diff(before, after, "before/__main__.py", "after/__main__.py", n=1))
        shutil.copyfile(changed, current)
        # If the file changed within the same second, Python may use the old compiled program.
        shutil.rmtree(self.program / "__pycache__", ignore_errors=True)

    def change_it_outside_pulumi(self) -> None:
        """Send another version of the graph, as anyone who has the key can."""
        path = f"/v0/namespace/{NAMESPACE}/graph/{GRAPH}"
        headers = {"x-api-key": self.state_manager.api_key}
        with httpx.Client(base_url=self.state_manager.uri, headers=headers, trust_env=False) as client:
            live = client.get(path).raise_for_status().json()
            (extract,) = (one for one in live["nodes"] if one["identifier"] == "extract")
            extract["inputs"]["source"] = "returns"
            body = {"nodes": live["nodes"], "secrets": {"warehouse_password": secrets.token_hex(8)}}
            print(f"PUT {path}", flush=True)
            client.put(path, json=body).raise_for_status()
            deadline = time.monotonic() + LIMIT
            while client.get(path).json()["validation_status"] == "PENDING" and time.monotonic() < deadline:
                time.sleep(0.05)


def end(process: subprocess.Popen[bytes]) -> None:
    """Interrupt Pulumi if it is still running, then end everything that is left of what it started."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
    end_session(process.pid)
    process.wait()


def main() -> int:
    """Run the demo; return 0 only if every step succeeded."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # A shell starts background jobs with this signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="exosphere-demo-") as folder,
            LocalStateManager(api_key=secrets.token_hex()) as state_manager,
        ):
            Demo(Path(folder), state_manager).run()
    except KeyboardInterrupt:
        print("\nInterrupted. Everything that was started has been stopped.", file=sys.stderr)
        return 130
    print("\nThe demo is finished. Everything that was started has been stopped, and all files have been removed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
