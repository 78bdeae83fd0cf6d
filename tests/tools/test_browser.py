from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from tools.browser import chromium, scripts

SCRIPT = scripts.Script("some-package", "1.2.3", "dist/some.js", "")
NPM = """\
#!/bin/sh
# Stands in for npm: the archive is the one beside it.
cp "$(dirname "$0")/archive.tgz" some-package-1.2.3.tgz
echo '[{"filename": "some-package-1.2.3.tgz", "integrity": "INTEGRITY"}]'
"""


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a stand-in for npm on PATH, with an empty cache; return the checksum of its archive."""
    text = b"console.log('</script>')"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/dist/some.js")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    (tmp_path / "archive.tgz").write_bytes(packed.getvalue())
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(packed.getvalue()).digest()).decode()}"
    (tmp_path / "npm").write_text(NPM.replace("INTEGRITY", integrity))
    (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return integrity


def test_a_script_is_kept(npm: str) -> None:
    """The script is kept in the cache, as text that can't end a page's script element."""
    script = replace(SCRIPT, integrity=npm)
    scripts.fetch(script)
    assert script.text() == "console.log('<\\/script>')"
    assert [path.name for path in script.path.parent.iterdir()] == ["some-package-1.2.3.js"]


def test_another_archive_is_refused(npm: str) -> None:
    """An archive with another checksum is rejected, and nothing of it is kept."""
    script = replace(SCRIPT, integrity="sha512-other")
    with pytest.raises(RuntimeError, match=r"some-package 1\.2\.3 is not the pinned archive"):
        scripts.fetch(script)
    assert list(script.path.parent.iterdir()) == []


def test_without_npm_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without npm, `make browser` exits with 1, and the tests that need the script are skipped."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="npm is not installed"):
        scripts.fetch(SCRIPT)
    assert chromium.find() is None
