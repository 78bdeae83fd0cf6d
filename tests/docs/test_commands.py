"""Every command that README and docs name can be called like that."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
from functools import cache
from importlib.metadata import metadata

import pytest

from pulumi_exosphere.review.command import MEANINGS
from tests.docs.pages import ROOT, commands
from tests.support.pulumi_cli import environment

COMMANDS = commands()
ANYTHING = re.compile(r"\.{3}|[A-Z]{2,}")
"""A word that represents a value: `pulumi config set exosphere:KEY VALUE`."""


@cache
def help_of(path: str, *command: str) -> str:
    """Return the help text of a command that is in one of the folders of ``path``."""
    return subprocess.run(
        [*command, "--help"],
        env={**os.environ, "PATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def words(command: str) -> list[str]:
    """Return the words of a command up to the redirection of its output."""
    return shlex.split(re.sub(r" [<>].*", "", command))


def flags(given: list[str]) -> list[str]:
    """Return the flags among its words, without their values; short ones are kept as they are."""
    return [word.partition("=")[0] for word in given if word.startswith("-") and word != "--"]


def named(command: str) -> list[str]:
    """Return the commands that begin like this one."""
    return sorted(one for one in COMMANDS if one == command or one.startswith(f"{command} "))


def has(shown: str, flag: str) -> bool:
    """Return whether a help text mentions a flag."""
    return re.search(rf"(^|[ ,\[]){re.escape(flag)}\b", shown, re.MULTILINE) is not None


def test_pages_name_commands() -> None:
    """The pages have the kinds of commands that are tested."""
    assert {"make demo", "pulumi preview", "pulumi up"} <= COMMANDS.keys()


@pytest.mark.parametrize("command", named("make"))
def test_make(command: str) -> None:
    """The target of a make command is listed by bare `make`."""
    given = [word for word in words(command)[1:] if not word.startswith("-") and "=" not in word]
    bare = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    listed = re.findall(r"^  make (\S+)", bare, re.MULTILINE)
    assert set(given) <= set(listed)


@pytest.mark.usefixtures("pulumi_cli")
@pytest.mark.parametrize("command", named("pulumi"))
def test_pulumi(command: str) -> None:
    """The subcommand of a Pulumi command exists and has its flags."""
    given = words(command)[1:]
    path = []
    for word in given:
        if not re.fullmatch("[a-z-]+", word) or word.startswith("-"):
            break
        path.append(word)
    path = path[: 2 if path[:1] in (["config"], ["stack"], ["state"], ["plugin"]) else 1]
    shown = help_of(environment()["PATH"], "pulumi", *path)
    assert path == [] or path[-1] in re.findall("[a-z-]+", shown.partition("Usage:")[2].partition("Flags:")[0])
    assert [flag for flag in flags(given) if not has(shown, flag)] == []


@pytest.mark.parametrize("command", [*named("pulumi-exosphere"), *named("python -m")])
def test_own(command: str) -> None:
    """One of our own commands has a help text and its flags."""
    given = words(command)
    if ANYTHING.fullmatch(given[-1]) and len(given) == 2:
        pytest.skip("stands for several commands")
    size = 3 if given[0] == "python" else 2
    program = [sys.executable, *given[1:size]] if given[0] == "python" else given[:size]
    scripts = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    shown = help_of(scripts, *[word for word in program if not word.startswith("--")])
    assert [flag for flag in flags(given[size:]) if not has(shown, flag)] == []


@pytest.mark.parametrize("command", named("pip install"))
def test_pip(command: str) -> None:
    """A pip command installs this package, with extras that exist, or Exosphere's SDK."""
    (what,) = words(command)[2:]
    if what == "exospherehost":
        return
    extras = re.search(r"\[(.*)\]", what)
    assert what.startswith((".", "pulumi-exosphere"))
    assert set(extras[1].split(",") if extras else ()) <= set(
        metadata("pulumi-exosphere").get_all("Provides-Extra") or ()
    )


@pytest.mark.parametrize("reason", MEANINGS)
def test_what_fails_a_pipeline(reason: str) -> None:
    """For each reason, the page has the same text as the command."""
    assert f"| `{reason}` | {MEANINGS[reason]} |" in (ROOT / "docs/review.md").read_text("utf-8")
