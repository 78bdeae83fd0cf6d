from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.review.documents import COMMENTS, recorded
from tests.support.pipelines import BOT, GH, github_script, jobs, run, stand_in

EXAMPLE = "pull-request"
MARKER = "<!-- pulumi-exosphere review project/dev -->"


@pytest.mark.skipif(shutil.which("jq") is None, reason="the stand-in for gh has no jq of its own")
@pytest.mark.parametrize(
    ("there", "asked"),
    [
        pytest.param([], "api --silent --method POST COMMENTS --field body=@comment.md", id="none-there"),
        pytest.param(
            [(5, "somebody", MARKER), (6, BOT, "<!-- pulumi-exosphere review project/other -->"), (7, BOT, MARKER)],
            "api --silent --method PATCH COMMENT/7 --field body=@comment.md",
            id="one-there",
        ),
        pytest.param(
            [(7, BOT, f"{MARKER}\r\nthe old one"), (9, BOT, MARKER)],
            "api --silent --method PATCH COMMENT/7 --field body=@comment.md",
            id="two-there",
        ),
    ],
)
def test_the_comment_is_posted_once_and_then_updated(
    there: list[tuple[int, str, str]], asked: str, tmp_path: Path
) -> None:
    """Each stack has its own, and no one else's comment is changed."""
    stand_in(tmp_path, "gh", GH)
    (tmp_path / "comment.md").write_text(f"{MARKER}\n### Exosphere graphs\n")
    comments = [{"id": number, "user": {"login": login}, "body": body} for number, login, body in there]
    (tmp_path / "there.json").write_text(json.dumps(comments))
    posting = github_script(EXAMPLE, "comment", "Post the comment, or update the one that is there")
    assert run(posting, tmp_path, {"COMMENTS": "COMMENTS", "COMMENT": "COMMENT"}) == 0
    assert (tmp_path / "asked").read_text().splitlines()[-1].strip() == asked


@pytest.mark.parametrize(
    ("fail_on", "output"),
    [pytest.param("delete", "refused=true\n", id="refused"), pytest.param("replace", "", id="let-through"), ("", "")],
)
def test_what_is_refused_is_commented_all_the_same(fail_on: str, output: str, tmp_path: Path) -> None:
    """The job continues, so the next one can post the comment and then fail."""
    (tmp_path / "preview.json").write_text(recorded("retired"))
    files = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
    (tmp_path / "output").touch()
    env = {"RUNNER_TEMP": str(tmp_path), "TIMEZONE": "UTC", "FAIL_ON": fail_on, "LANG": "C.UTF-8"}
    words = github_script(EXAMPLE, "preview", "Put it in words")
    assert run(words, tmp_path, {**env, **{name: str(path) for name, path in files.items()}}) == 0
    assert "**1 graph is retired.**" in (tmp_path / "comment.md").read_text()
    assert (tmp_path / "summary").read_text() == (tmp_path / "comment.md").read_text()
    assert (tmp_path / "output").read_text() == output
    assert (tmp_path / "review.html").read_text().startswith("<!doctype html>")


def test_a_comment_starts_with_what_the_workflow_looks_for() -> None:
    """The first line, which is the same for every comment on one stack."""
    first = {path.read_text().splitlines()[0] for path in COMMENTS.glob("*.md") if path.stem != "showcase"}
    assert first == {"<!-- pulumi-exosphere review test-project/test -->"}


def test_the_job_that_runs_the_program_may_write_nothing() -> None:
    """And the job that may write runs none of it and has no secrets."""
    found = jobs(EXAMPLE)
    assert found["preview"]["permissions"] == {"contents": "read"}
    assert found["comment"]["permissions"] == {"pull-requests": "write"}
    comment = yaml.safe_dump(found["comment"])
    assert "checkout" not in comment
    assert "secrets." not in comment


def test_no_state_managers_key_is_needed() -> None:
    """Without one the preview works and checks less."""
    assert "EXOSPHERE_API_KEY" not in yaml.safe_dump(jobs(EXAMPLE))
