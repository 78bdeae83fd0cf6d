"""Get the language host for programs in YAML, which the tests of other languages and `examples/yaml` need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.pulumi import build, cache
from tools.pulumi.install import present
from tools.pulumi.progress import say


def host() -> Path | None:
    """Return the folder of an installed language host for YAML programs, or None."""
    beside = [str(folder) for folder in (present(),) if folder]
    found = shutil.which(build.YAML_HOST, path=os.pathsep.join([*beside, os.environ.get("PATH", "")]))
    return Path(found).parent if found else cache.cached(build.yaml_name(), (build.YAML_HOST,))


def main() -> None:
    """Get it if possible; without it the tests that need it are skipped."""
    if host():
        return
    why = build.missing_go()
    if why is None:
        try:
            cache.make(build.yaml_name(), build.fill_yaml, (build.YAML_HOST,))
        except RuntimeError as error:
            why = str(error)
    if why:
        say(f"No language host for YAML programs could be had ({why}): the tests that need it are skipped.")


if __name__ == "__main__":
    main()
