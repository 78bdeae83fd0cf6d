from __future__ import annotations

import subprocess
import sys

import pytest

from pulumi_exosphere.cli import COMMANDS, main


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of each command says what it takes."""
    with pytest.raises(SystemExit) as exit_:
        main([command, "--help"])
    assert exit_.value.code == 0
    assert "options:" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--help"], []], ids=["asked for", "nothing asked for"])
def test_the_help_names_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The help lists every command on a line of its own."""
    with pytest.raises(SystemExit):
        main(arguments)
    shown = capsys.readouterr().out
    assert all(f"    {name} " in shown and command.help in shown for name, command in COMMANDS.items())


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints the version that is installed."""
    from importlib.metadata import version

    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"pulumi-exosphere {version('pulumi-exosphere')}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["review", "--help"]])
def test_a_command_loads_only_what_is_its_own(arguments: list[str]) -> None:
    """Writing a comment loads no Pulumi SDK, and help comes at once."""
    program = (
        "import sys\nfrom pulumi_exosphere.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "heavy = ('pulumi', 'httpx', 'pydantic', 'starlette', 'croniter', 'rich')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.splitlines()[-1] == "[]"


def test_a_missing_extra_is_named() -> None:
    """A missing extra is reported with the command that installs it."""
    program = (
        "import sys\nsys.modules['starlette'] = sys.modules['uvicorn'] = None\n"
        "from pulumi_exosphere.cli import main\nsys.exit(main(['local', '--port', '0']))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert shown.returncode == 1
    assert "pip install 'pulumi-exosphere[local]'" in shown.stderr
