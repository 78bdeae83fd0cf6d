from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.pulumi import build, cache

ROOT = Path(__file__).parents[3]


def run(path: Path, cache_folder: Path, module: str = "install") -> subprocess.CompletedProcess[str]:
    """Run an installer with only ``path`` on PATH, a cache of its own, and no network."""
    no_way_out = {"https_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    environment = {**os.environ, **no_way_out, "PATH": str(path), "XDG_CACHE_HOME": str(cache_folder)}
    command = [sys.executable, "-m", f"tools.pulumi.{module}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_nothing_to_be_had(tmp_path: Path) -> None:
    """Without Pulumi, its download site and Go, the message says what was tried, and what to install."""
    done = run(tmp_path, tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    for told in ("no pulumi on PATH", "can't be reached", "is not on PATH", "Install Pulumi", "Traceback"):
        assert (told in done.stderr) == (told != "Traceback"), told


def test_cached_build_is_used(tmp_path: Path) -> None:
    """A folder that an earlier run has built is used at once, and nothing else is built; the output is that folder."""
    folder = kept(tmp_path, build.name(), *cache.PULUMI)
    done = run(tmp_path, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{folder}\n", "")


def test_host_for_yaml(tmp_path: Path) -> None:
    """A cached host for YAML is used at once; if there can be none, one line says what is skipped, and why."""
    missing = run(tmp_path, tmp_path, "yaml")
    assert (missing.returncode, missing.stdout) == (0, "")
    (line,) = missing.stderr.splitlines()
    assert line.startswith("No language host for YAML programs could be had (Go ")
    kept(tmp_path, build.yaml_name(), build.YAML_HOST)
    done = run(tmp_path, tmp_path, "yaml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def kept(cache_folder: Path, name: str, *names: str) -> Path:
    """Make a folder of programs in the cache."""
    folder = cache_folder / "pulumi-exosphere" / name / "bin"
    folder.mkdir(parents=True)
    for program in names:
        (folder / program).touch(0o755)
    return folder


def test_cache_is_outside_of_the_checkout() -> None:
    """The cache survives `make clean` and serves a second checkout."""
    assert ROOT not in cache.root().parents
