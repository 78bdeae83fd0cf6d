"""The pages that readers are referred to, with their blocks and commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("examples/**/*.md")),
]
SHELL = ("console", "sh", "bash")

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(make|pulumi|pulumi-exosphere|python -m|pip install)( |$)")


@dataclass(frozen=True)
class Block:
    """A block of code."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks() -> list[Block]:
    """Return every block of every page, in order."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for match in _BLOCK.finditer(text):
            indent, language, code = match.groups()
            line = text.count("\n", 0, match.start()) + 1
            code = "".join(one.removeprefix(indent) for one in code.splitlines(keepends=True))
            found.append(Block(str(page.relative_to(ROOT)), line, language, code))
    return found


def commands() -> dict[str, str]:
    """Return every command in a page's shell blocks or sentences, with a page that has it."""
    found: dict[str, str] = {}
    for block in blocks():
        if block.language in SHELL:
            for line in block.text.replace("\\\n", " ").splitlines():
                for part in re.split(r" \| | && |; ", re.sub(r"(^|\s)#.*", "", line)):
                    command = part.strip().removeprefix("$ ")
                    if _COMMAND.match(command):
                        found.setdefault(command, str(block))
    for page in PAGES:
        prose = _BLOCK.sub("", page.read_text("utf-8"))
        for code in re.findall(r"`([^`]+)`", prose):
            command = " ".join(code.split())
            if _COMMAND.match(command):
                found.setdefault(command, str(page.relative_to(ROOT)))
    return found
