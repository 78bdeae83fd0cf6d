"""Print `export` lines for a shell in which `python`, `pulumi` and a local file backend work without further setup.

Nothing else goes to standard output: it is meant for ``eval "$(make -s env)"``.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from tools.pulumi import yaml
from tools.pulumi.install import present

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".pulumi-local"
"""Contains the state of the stacks made in such a shell, and Pulumi's home; git ignores it."""


def variables() -> dict[str, str]:
    """Return the variables that the shell needs, by name."""
    pulumi = present()
    if pulumi is None:
        raise SystemExit("The Pulumi CLI is not installed yet. Run `make install`.")
    virtual_environment = ROOT / ".venv"
    first = [str(virtual_environment / "bin"), str(pulumi), *(str(host) for host in (yaml.host(),) if host)]
    first = list(dict.fromkeys(first))
    rest = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder not in first]
    for folder in ("state", "home"):
        (LOCAL / folder).mkdir(parents=True, exist_ok=True)
    result = {
        "PATH": os.pathsep.join(first + rest),
        "VIRTUAL_ENV": str(virtual_environment),
        "PULUMI_BACKEND_URL": (LOCAL / "state").as_uri(),
        "PULUMI_HOME": str(LOCAL / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & os.environ.keys():
        # A backend in a folder asks for one; this one protects only stacks that are made to try things out.
        result["PULUMI_CONFIG_PASSPHRASE"] = "local"  # noqa: S105
    return result


if __name__ == "__main__":
    for name, value in variables().items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
