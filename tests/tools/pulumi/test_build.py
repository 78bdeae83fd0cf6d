from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.pulumi import build


def test_pinned_versions() -> None:
    """The module files pin the CLI and its SDK to one version, and the last language host that exists as a module."""
    assert build.pinned("github.com/pulumi/pulumi/pkg/v3") == build.pinned(build.SDK) == "v3.259.0"
    assert build.pinned(build.SDK, build.LANGUAGE_HOST_MODULE) == "v3.79.0"
    assert build.pinned(build.YAML, build.YAML_HOST_MODULE) == "v1.38.1"


def test_name_tells_the_version() -> None:
    """A cached build is named after its version and a hash of its sources."""
    assert re.fullmatch(r"pulumi-3\.259\.0-[0-9a-f]{12}", build.name())


def test_missing_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Go on PATH, the message says which version to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert re.fullmatch(r"Go 1\.\d+(\.\d+)? or later is not on PATH", build.missing_go() or "")


def test_old_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If Go is too old, the message has its version."""
    (tmp_path / "go").write_text("#!/bin/sh\necho go1.20.14\n")
    (tmp_path / "go").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert re.search(r"or later is required, but \S+ is 1\.20\.14", build.missing_go() or "")
