from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_exosphere.cli import main
from tests.review.documents import PREVIEWS, UNKNOWN, document, graph, recorded, said, step

CHANGED = str(PREVIEWS / "changed.json")
TRIGGER = {"expression": "0 3 * * *", "graph": "analytics/report"}


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Return the path of a preview."""
    return tmp_path / "preview.json"


def test_a_file_gives_a_comment(capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown is written to standard output."""
    assert main(["review", CHANGED, "--now", "2026-01-05T08:00"]) == 0
    assert "**1 graph changes; 2 warnings.**" in capsys.readouterr().out


def test_standard_input_is_the_default(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """So that `pulumi preview --json` can be piped."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(document(step("create", None, graph())).encode())))
    assert main(["review", "--format", "text"]) == 0
    assert "1 graph is new." in capsys.readouterr().out


def test_a_file_takes_the_comment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In every format."""
    for form in ("markdown", "text", "html"):
        assert main(["review", CHANGED, "--format", form, "--out", str(tmp_path / form)]) == 0
        assert "1 graph changes; 2 warnings." in (tmp_path / form).read_text()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("now", "zone", "said"),
    [
        pytest.param("2026-01-05T08:00", "Europe/Berlin", "Mon 5 Jan 12:00, Tue", id="now-is-local"),
        pytest.param("2026-01-05T11:30Z", "Europe/Berlin", "Tue 6 Jan 12:00, Wed", id="now-has-a-zone"),
        pytest.param("2026-01-05T11:30+00:00", "UTC", "Mon 5 Jan 12:00, Tue", id="utc"),
    ],
)
def test_times_are_those_of_the_zone(now: str, zone: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The state manager's zone, which the user has to name."""
    assert main(["review", CHANGED, "--now", now, "--timezone", zone]) == 0
    shown = capsys.readouterr().out
    assert f"next {said}" in shown
    assert "a guess" not in shown


def test_without_a_zone_it_is_called_a_guess(capsys: pytest.CaptureFixture[str]) -> None:
    """The state manager has no endpoint for it."""
    assert main(["review", CHANGED]) == 0
    assert "Times are in `UTC` (an assumption" in capsys.readouterr().out


ONE, TWO, LATER = (
    {key: {"type": "CRON"} for key in expressions}
    for expressions in (["0 3 * * *"], ["0 3 * * *", "0 4 * * *"], ["unknown expression 1"])
)
LOST = document(
    step("update", graph(triggers={"0 3 * * *": {}}), graph()),
    step("delete", TRIGGER, None, name="nights", kind="CronTrigger"),
)


A: dict[str, Any] = {"0 3 * * *": {"type": "CRON"}}
B: dict[str, Any] = {"0 9 * * *": {"type": "CRON"}}
POLICY = {"retry_policy": {"max_retries": 5}}
STORE = {"store_config": {"required_keys": ["cursor"]}}


@pytest.mark.parametrize(
    ("preview", "reasons"),
    [
        pytest.param(document(step("update", graph(triggers=A | B), graph(triggers=A))), {"delete"}, id="inline-gone"),
        pytest.param(document(step("update", graph(triggers=A), graph(triggers=B))), {"delete"}, id="other-expression"),
        pytest.param(document(step("update", graph(triggers=A), graph(triggers=A | B))), set(), id="one-more"),
        pytest.param(document(step("update", graph(**POLICY), graph())), {"delete"}, id="retries-given-up"),
        pytest.param(document(step("update", graph(**STORE), graph())), {"delete"}, id="store-given-up"),
        pytest.param(document(step("update", graph(), graph(**POLICY, **STORE))), set(), id="sections-given"),
        pytest.param(recorded("given-up"), {"delete"}, id="given-up"),
        pytest.param(recorded("handed-over"), {"delete"}, id="moved-to-another-graph"),
        pytest.param(recorded("namesake"), {"delete"}, id="retired-beside-a-namesake"),
        pytest.param(recorded("looked-up"), {"delete"}, id="looked-up-instead"),
        pytest.param(recorded("moved-elsewhere"), set(), id="moved-to-another-state-manager"),
        pytest.param(recorded("inlined"), set(), id="moved-to-the-argument"),
        pytest.param(recorded("outlined"), set(), id="moved-from-the-argument"),
        pytest.param(recorded("attachment-renamed"), set(), id="attachment-renamed"),
        pytest.param(recorded("left"), set(), id="left"),
        pytest.param(recorded("left-replaced"), {"replace"}, id="left-under-the-old-name"),
        pytest.param(recorded("forgotten"), set(), id="piece-left"),
        pytest.param(document(step("delete", graph(), None)), {"delete"}, id="retired"),
        pytest.param(LOST, {"delete"}, id="schedule-taken-away"),
        pytest.param(document(step("replace", graph(), graph(name="new"))), {"replace"}, id="replaced"),
        pytest.param(document(diagnostics=[said("look out")]), {"warning"}, id="warned"),
        pytest.param(document(diagnostics=[said("it broke", severity="error")]), {"error"}, id="failed"),
        pytest.param(document(step("create", None, graph())), set(), id="created"),
        pytest.param(document(step("update", graph(triggers=ONE), graph(triggers=UNKNOWN))), set(), id="unknown"),
        pytest.param(document(step("update", graph(triggers=ONE), graph(triggers=LATER))), set(), id="one-unknown"),
        pytest.param(document(step("update", graph(triggers=TWO), graph(triggers=LATER))), {"delete"}, id="one-of-two"),
        pytest.param(document(step("delete", {}, None, kind="aws:s3/bucket:Bucket")), set(), id="something-else"),
    ],
)
@pytest.mark.parametrize("reason", ["delete", "replace", "warning", "error"])
def test_a_pipeline_can_fail_on_what_would_happen(preview: str, reasons: set[str], reason: str, given: Path) -> None:
    """With a status of its own, after the comment is written."""
    given.write_text(preview)
    out = given.with_name("comment.md")
    assert main(["review", str(given), "--fail-on", reason, "--out", str(out)]) == (3 if reason in reasons else 0)
    assert out.read_text()
    assert main(["review", str(given), "--out", str(out)]) == 0


def test_any_of_several_reasons_fails(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names those that are met."""
    given.write_text(document(step("delete", graph(), None)))
    assert main(["review", str(given), "--fail-on", "replace, delete"]) == 3
    assert capsys.readouterr().err.startswith("pulumi-exosphere review: --fail-on delete: a graph would be retired")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "preview.json: the input is empty", id="empty"),
        pytest.param(
            "error: no stack", "preview.json: this is not the output of `pulumi preview --json`", id="no-json"
        ),
        pytest.param(None, "preview.json: No such file", id="no-file"),
    ],
)
def test_what_cannot_be_read_is_an_error(
    text: str | None, said: str, given: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a status of its own, and no comment."""
    if text is not None:
        given.write_text(text)
    assert main(["review", str(given)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_encoding_of_a_shell_is_read(encoding: str, given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """PowerShell redirects in UTF-16, for example."""
    given.write_bytes(document(step("create", None, graph(name="Übung"))).encode(encoding))
    assert main(["review", str(given)]) == 0
    assert "New: `analytics/Übung`" in capsys.readouterr().out


def test_bytes_that_are_no_text_are_an_error(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An archive, for example."""
    given.write_bytes(b"\xff\x00\xff\xd8")
    assert main(["review", str(given)]) == 1
    assert "preview.json: this is not text in UTF-8 or UTF-16" in capsys.readouterr().err


def test_a_terminal_may_know_few_characters(given: Path) -> None:
    """What it can't show is escaped; a file is UTF-8 everywhere."""
    given.write_text(document(step("create", None, graph(name="Übung"))))
    command = [sys.executable, "-c", "import sys; from pulumi_exosphere.cli import main; sys.exit(main(sys.argv[1:]))"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    shown_in = {"text": rb"analytics/\xdcbung", **dict.fromkeys(("markdown", "html"), "analytics/Übung".encode())}
    for form, shown in shown_in.items():
        arguments = [*command, "review", str(given), "--format", form]
        assert shown in subprocess.run(arguments, env=env, capture_output=True, check=True, timeout=60).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--timezone", "Berlin"], "'Berlin' is not a time zone", id="zone"),
        pytest.param(["--timezone", "../etc/passwd"], "is not a time zone", id="zone-that-is-a-path"),
        pytest.param(["--now", "nine"], "write it as 2026-01-05T09:00", id="now"),
        pytest.param(["--fail-on", "update"], "'update' is not one of delete, replace, overwrite", id="reason"),
        pytest.param(["--format", "pdf"], "invalid choice", id="format"),
    ],
)
def test_wrong_arguments_are_explained(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is read."""
    with pytest.raises(SystemExit) as exit_:
        main(["review", CHANGED, *arguments])
    assert exit_.value.code == 2
    assert said in capsys.readouterr().err
