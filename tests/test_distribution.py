"""The package as users install it: built, put into a virtual environment of its own, and used from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest

from pulumi_exosphere.cli import COMMANDS
from pulumi_exosphere.local import LocalStateManager
from tests.support.pulumi_project import Project

ROOT = Path(__file__).parents[1]
QUICKSTART = ROOT / "examples" / "quickstart" / "__main__.py"
BUILD = [sys.executable, "-m", "hatchling", "build", "-d"]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([*BUILD, str(folder)], cwd=ROOT, check=True, capture_output=True, timeout=60)
    return folder


def wheel_of(folder: Path) -> Path:
    """Return the one wheel in a folder."""
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def contents(built: Path) -> list[str]:
    """Return the names of the wheel's files."""
    with zipfile.ZipFile(wheel_of(built)) as opened:
        return opened.namelist()


@pytest.fixture(scope="module")
def about(built: Path, contents: list[str]) -> Message:
    """Return the wheel's metadata."""
    (name,) = (name for name in contents if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel_of(built)) as opened:
        return message_from_string(opened.read(name).decode())


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `bin` of an environment with the wheel, which has the dependencies of the tests' environment."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    scripts = home / "bin"
    subprocess.run(
        [*PIP, "--python", str(scripts / "python"), "install", "--no-deps", "--no-index", str(wheel_of(built))],
        check=True,
        timeout=120,
    )
    # A folder that is named in a .pth file is searched after the environment's own, and its .pth files, such as an
    # editable install's, aren't read.
    (site_packages,) = home.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return scripts


def run_in(scripts: Path, *command: str, folder: Path) -> str:
    """Return the output of that environment's command, run in a folder from which the source tree isn't visible."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [scripts / command[0], *command[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def test_the_wheel_holds_the_package(contents: list[str]) -> None:
    """The wheel has each of its files once, with its types, its licence and the file for Pulumi, and nothing else."""
    package = {str(path.relative_to(ROOT)) for path in (ROOT / "pulumi_exosphere").rglob("*") if path.is_file()}
    package = {name for name in package if not name.endswith((".pyc", ".md"))}
    own = [name for name in contents if ".dist-info/" not in name]
    assert sorted(own) == sorted(package)
    assert {"pulumi_exosphere/py.typed", "pulumi_exosphere/pulumi-plugin.json"} <= package
    assert any(name.endswith("/licenses/LICENSE") for name in contents)


def test_the_wheel_says_what_it_is(about: Message) -> None:
    """The metadata has licence, extras, dependencies and the typing classifier, and the README as the index's page."""
    assert about["License-Expression"] == "Apache-2.0"
    assert about["Requires-Python"] == ">=3.10"
    assert {"local", "cli"} <= set(about.get_all("Provides-Extra") or ())
    assert "Typing :: Typed" in (about.get_all("Classifier") or ())
    assert about.get_payload() == (ROOT / "README.md").read_text("utf-8")


def test_no_plugin_is_asked_for(built: Path) -> None:
    """Pulumi finds beside the installed package that there is no plugin to download."""
    with zipfile.ZipFile(wheel_of(built)) as opened:
        assert json.loads(opened.read("pulumi_exosphere/pulumi-plugin.json"))["resource"] is False


def test_the_sdist_builds_the_same_wheel(built: Path, tmp_path: Path) -> None:
    """A build from source, without git and the tests, has the same files."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as opened:
        opened.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    subprocess.run([*BUILD, str(tmp_path), "-t", "wheel"], cwd=source, check=True, capture_output=True, timeout=60)
    assert wheel_of(tmp_path).read_bytes() == wheel_of(built).read_bytes()


def test_every_module_can_be_imported(installed: Path, tmp_path: Path) -> None:
    """Pulumi runs the provider from the environment in which it is installed."""
    program = (
        "import importlib, pkgutil, pulumi_exosphere as package\n"
        "names = [one.name for one in pkgutil.walk_packages(package.__path__, 'pulumi_exosphere.')]\n"
        "names = [name for name in names if not name.endswith('.__main__')]\n"
        "files = [importlib.import_module(name).__file__ for name in names]\n"
        "print(len(files), {file.startswith(package.__path__[0]) for file in files})\n"
        "print(package.__file__)"
    )
    counted, file = run_in(installed, "python", "-c", program, folder=tmp_path).splitlines()
    assert int(counted.split()[0]) > 100
    assert counted.endswith("{True}")
    assert file.startswith(str(installed.parent))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_is_there(command: str, installed: Path, tmp_path: Path) -> None:
    """The installed command has all of its subcommands."""
    assert "usage:" in run_in(installed, "pulumi-exosphere", command, "--help", folder=tmp_path)


def test_the_plugin_is_there(installed: Path, contents: list[str]) -> None:
    """The command that the engine starts is installed, and so is the schema that it serves."""
    assert (installed / "pulumi-resource-exosphere").exists()
    assert "pulumi_exosphere/native/schema.json" in contents


def test_requests_name_the_version(installed: Path, about: Message, tmp_path: Path) -> None:
    """The state manager's log shows which version of this package sent a request."""
    program = (
        "import httpx; from pulumi_exosphere.state_manager import StateManager\n"
        "def answer(request): print(request.headers['user-agent']); return httpx.Response(200, json={})\n"
        "StateManager('http://127.0.0.1', 'key', transport=httpx.MockTransport(answer)).health()"
    )
    said = run_in(installed, "python", "-c", program, folder=tmp_path)
    assert said.startswith(f"pulumi-exosphere/{about['Version']} ")


def test_a_program_goes_live(
    installed: Path, project: Callable[..., Project], state_manager: LocalStateManager
) -> None:
    """The installed package deploys the quickstart."""
    from tests.support.pulumi_cli import environment

    program = QUICKSTART.read_text() + "\npulumi.export('package', exosphere.__file__)\n"
    stack = project(program, {"PATH": os.pathsep.join([str(installed), environment()["PATH"]])})
    stack.config_set("warehousePassword", "not the real one", secret=True)
    assert stack.up("--skip-preview").check().changes == {"create": 1}
    assert state_manager.graphs("analytics")[0]["validation_status"] == "VALID"
    assert stack.outputs()["package"].startswith(str(installed.parent))


@pytest.mark.slow
def test_its_dependencies_are_enough(built: Path, tmp_path: Path) -> None:
    """The wheel with its extras installs everything that its commands and hooks need."""
    venv.create(tmp_path / "alone", with_pip=False)
    scripts = tmp_path / "alone" / "bin"
    wanted = f"pulumi-exosphere[local,cli] @ {wheel_of(built).as_uri()}"
    subprocess.run([*PIP, "--python", str(scripts / "python"), "install", wanted], check=True, timeout=150)
    program = (
        "from pulumi_exosphere.local import LocalStateManager\n"
        "from pulumi_exosphere.state_manager import StateManager\n"
        "import pulumi_exosphere.provider.graph, pulumi_exosphere.review.command, pulumi_exosphere.export.command\n"
        "with LocalStateManager() as running, StateManager(running.uri, running.api_key) as client:\n"
        "    running.register('analytics', [{'name': 'Ping'}])\n"
        "    print([node.name for node in client.list_nodes('analytics')])"
    )
    assert run_in(scripts, "python", "-c", program, folder=tmp_path) == "['Ping']\n"
    for command in COMMANDS:
        assert "usage:" in run_in(scripts, "pulumi-exosphere", command, "--help", folder=tmp_path)
