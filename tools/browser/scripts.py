"""JavaScript files from npm, each pinned by version and checksum, in the cache of `tools.pulumi.cache`."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.pulumi.cache import root


@dataclass(frozen=True)
class Script:
    """One file of one npm package."""

    package: str
    version: str
    file: str
    integrity: str
    """The checksum of the package's archive, as npm writes it."""

    @property
    def path(self) -> Path:
        """Return the path of the file; it may not exist yet."""
        return root() / "scripts" / f"{self.package}-{self.version}.js"

    def text(self) -> str:
        """Return the script in a form that may stand in a ``<script>`` element."""
        return self.path.read_text(encoding="utf-8").replace("</script", "<\\/script")


MERMAID = (
    Script(
        "mermaid",
        "10.9.8",
        "dist/mermaid.min.js",
        "sha512-gmIhmkmD/3DL5lErDV71E/cFUkEbBW4VTFpsJH1HSYjeBICRKOoc4AZem+RNz/FhhCXKBMZiD75bIfBlb2A4yA==",
    ),
    Script(
        "mermaid",
        "11.4.1",
        "dist/mermaid.min.js",
        "sha512-Mb01JT/x6CKDWaxigwfZYuYmDZ6xtrNwNlidKZwkSrDaY9n90tdrJTV5Umk+wP1fZscGptmKFXHsXMDEVZ+Q6A==",
    ),
    Script(
        "mermaid",
        "12.3.0",
        "dist/mermaid.min.js",
        "sha512-4113TdXeLAsMruJ79OpFL5O8+LTFXhQqZ260rF3tgUmiNAtRm4Uume04I+65PRN6yZ69J4f8rVYWW8zRk65UYw==",
    ),
)
"""One version of each kind: before Markdown in labels, with lists drawn as "Unsupported markdown", and the newest."""
MARKED = Script(
    "marked",
    "16.4.2",
    "lib/marked.umd.js",
    "sha512-TI3V8YYWvkVf3KJe1dRkpnjs68JUPyEa5vjKrp1XEEJUAOaQc+Qj+L1qWbPd0SJuAdQkFU0h73sXXqwDYxsiDA==",
)
"""Renders Markdown almost as GitHub does."""
ALL = (*MERMAID, MARKED)


def fetch(script: Script) -> None:
    """Download the script with npm, unless it is in the cache.

    Raises:
        RuntimeError: npm could not download it, or the archive is not the pinned one.
    """
    if script.path.is_file():
        return
    script.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".script-", dir=script.path.parent) as folder:
        command = ["npm", "pack", "--json", "--silent", f"{script.package}@{script.version}"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        except FileNotFoundError:
            raise RuntimeError("npm is not installed") from None
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"npm did not download {script.package} {script.version} within 5 minutes") from None
        if done.returncode:
            raise RuntimeError(f"npm could not download {script.package} {script.version}: {done.stderr.strip()}")
        [archive] = _packed(done.stdout)
        if archive["integrity"] != script.integrity:
            raise RuntimeError(f"{script.package} {script.version} is not the pinned archive: {archive['integrity']}")
        unfinished = Path(folder) / "script.js"
        with tarfile.open(Path(folder) / archive["filename"]) as contents:
            member = contents.extractfile(f"package/{script.file}")
            assert member is not None
            unfinished.write_bytes(member.read())
        os.replace(unfinished, script.path)  # noqa: PTH105  # it is atomic


def _packed(output: str) -> list[dict[str, str]]:
    found = json.loads(output)
    return list(found.values()) if isinstance(found, dict) else found
