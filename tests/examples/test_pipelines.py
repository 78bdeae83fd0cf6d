"""The pipelines for deployment, nightly check and GitLab; `tests/review/test_workflow.py` tests the comment's."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from pulumi_exosphere.local import LocalStateManager
from tests.review.documents import recorded
from tests.support.by_hand import change, node
from tests.support.pipelines import BOT, EXAMPLES, GH, GITLAB, github_script, gitlab_script, jobs, run, stand_in
from tests.support.pulumi_cli import environment
from tests.support.pulumi_project import STACK, Project

DRIFT = f"<!-- pulumi-exosphere drift {STACK} -->"


def test_deployed_and_looked_at(
    project: Callable[..., Project], state_manager: LocalStateManager, tmp_path: Path
) -> None:
    """The scripts of both deploy, find nothing at first, and report what someone changed without changing it."""
    stack = project(EXAMPLES / "quickstart")
    stack.config_set("warehousePassword", "canary-93a1", secret=True)
    output, summary, there = tmp_path / "output", tmp_path / "summary", tmp_path / "runner"
    there.mkdir()
    env = environment(
        **stack.env,
        STACK=STACK,
        TIMEZONE="UTC",
        GITHUB_OUTPUT=str(output),
        GITHUB_STEP_SUMMARY=str(summary),
        RUNNER_TEMP=str(there),
        CI_PROJECT_DIR=str(there),
    )
    look = github_script("nightly-drift", "look", "Look for drift")

    def in_program(script: str) -> None:
        first = env["PATH"].split(os.pathsep)[:2]
        assert run(script, stack.folder, env, *first, limit=150) == 0

    in_program(github_script("deploy-after-merge", "deploy", "Deploy"))
    assert state_manager.graph("analytics", "daily-report")["validation_status"] == "VALID"
    in_program(look)
    assert output.read_text() == "drifted=false\n"
    output.unlink()

    change(state_manager, "analytics", "daily-report", lambda body: node(body, "extract")["inputs"].update(source="x"))
    before = state_manager.graph("analytics", "daily-report")
    in_program(look)
    assert output.read_text() == "drifted=true\n"
    issue = (there / "issue.md").read_text()
    assert issue.startswith(f"{DRIFT}\n")
    assert "input `source` is now `x`" in issue
    assert summary.read_text() == issue
    (there / "issue.md").unlink()
    in_program(gitlab_script("drift"))
    assert "input `source` is now `x`" in (there / "issue.md").read_text()
    assert "canary-93a1" not in issue
    assert state_manager.graph("analytics", "daily-report") == before


@pytest.mark.skipif(shutil.which("jq") is None, reason="the stand-in for gh has no jq of its own")
@pytest.mark.parametrize(
    ("drifted", "there", "asked"),
    [
        pytest.param("true", [], "--method POST ISSUES --field body=@issue.md --raw-field title=", id="opened"),
        pytest.param("true", [(5, "anyone", DRIFT), (7, BOT, DRIFT)], "PATCH ISSUES/7 --field body", id="updated"),
        pytest.param("false", [(6, BOT, None), (7, BOT, f"{DRIFT}\r\nold")], "ISSUES/7 --raw-field st", id="closed"),
        pytest.param("false", [(6, BOT, "another")], "--paginate", id="nothing-to-do"),
    ],
)
def test_one_issue_on_github(drifted: str, there: list[tuple[int, str, str]], asked: str, tmp_path: Path) -> None:
    """The issue is opened once, updated while the drift lasts, and closed afterwards; no other issue is changed."""
    stand_in(tmp_path, "gh", GH)
    issues = [{"number": number, "user": {"login": login}, "body": body} for number, login, body in there]
    (tmp_path / "there.json").write_text(json.dumps(issues))
    script = github_script("nightly-drift", "report", "Open the issue, update it, or close it")
    assert run(script, tmp_path, {"ISSUES": "ISSUES", "STACK": STACK, "DRIFTED": drifted}) == 0
    assert asked in (tmp_path / "asked").read_text().splitlines()[-1]


def test_who_may_write_on_github() -> None:
    """The job that may write issues has no checkout and no secret; the one that deploys may write nothing."""
    found = jobs("nightly-drift")
    assert found["look"]["permissions"] == {"contents": "read"}
    assert found["report"]["permissions"] == {"issues": "write"}
    assert "checkout" not in yaml.safe_dump(found["report"])
    assert "secrets." not in yaml.safe_dump(found["report"])
    (deploy,) = jobs("deploy-after-merge").values()
    assert deploy["permissions"] == {"contents": "read"}


class GitLab(ThreadingHTTPServer):
    """The part of GitLab's API that the pipeline uses: two items a page, and this user's number is 1."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.items: list[dict[str, Any]] = []
        self.changes: list[tuple[str, str, dict[str, Any]]] = []
        self.tokens: set[str | None] = set()


class _Answers(BaseHTTPRequestHandler):
    server: GitLab

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/api/v4/user":
            return self._answer({"id": 1})
        query = dict(part.split("=") for part in url.query.split("&"))
        start = 2 * (int(query["page"]) - 1)
        following = str(int(query["page"]) + 1) if start + 2 < len(self.server.items) else ""
        return self._answer(self.server.items[start : start + 2], following)

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.changes.append((self.command, self.path, body))
        self._answer({})

    do_POST = do_PUT  # noqa: N815  # http.server calls it so.

    def _answer(self, body: Any, following: str = "") -> None:
        self.server.tokens.add(self.headers["PRIVATE-TOKEN"])
        self.send_response(200)
        self.send_header("X-Next-Page", following)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    """Yield a GitLab on a free port."""
    with GitLab() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def post(gitlab: GitLab, folder: Path, job: str, text: str) -> None:
    """Run the script that posts, with a job's variables."""
    settings = yaml.safe_load(GITLAB.read_text("utf-8"))
    variables = {**settings[".post"]["variables"], **settings[job]["variables"]}
    (folder / variables["FILE"]).write_text(text)
    env = {name: value.replace("$CI_MERGE_REQUEST_IID", "12") for name, value in variables.items()}
    address = f"http://127.0.0.1:{gitlab.server_port}/api/v4"
    env |= {"CI_API_V4_URL": address, "CI_PROJECT_ID": "3", "CI_BUILDS_DIR": str(folder)}
    assert run(gitlab_script(".post"), folder, {**env, "EXOSPHERE_COMMENT_TOKEN": "canary", "no_proxy": "*"}) == 0
    assert gitlab.tokens == {"canary"}


COMMENT = "<!-- pulumi-exosphere review project/dev -->\n### Exosphere graphs\n"
ISSUE = f"{DRIFT}\nSomeone changed it.\n"
NOTES = "/api/v4/projects/3/merge_requests/12/notes"
ISSUES = "/api/v4/projects/3/issues"
OPEN = (1, 70, 7, ISSUE)


@pytest.mark.parametrize(
    ("job", "text", "there", "done"),
    [
        pytest.param("comment", COMMENT, [], [("POST", NOTES, {"body": COMMENT})], id="commented"),
        pytest.param(
            "comment",
            COMMENT,
            [(1, 7, None, "x"), (2, 8, None, COMMENT), (1, 9, None, COMMENT)],
            [("PUT", f"{NOTES}/9", {"body": COMMENT})],
            id="comment-updated",
        ),
        pytest.param(
            "report",
            ISSUE,
            [(1, 70, 7, None)],
            [("POST", ISSUES, {"description": ISSUE, "title": "Exosphere graphs were changed outside Pulumi"})],
            id="opened",
        ),
        pytest.param("report", ISSUE, [OPEN], [("PUT", f"{ISSUES}/7", {"description": ISSUE})], id="updated"),
        pytest.param("report", f"{DRIFT}\n", [OPEN], [("PUT", f"{ISSUES}/7", {"state_event": "close"})], id="closed"),
        pytest.param("report", f"{DRIFT}\n", [], [], id="nothing-to-do"),
    ],
)
def test_one_comment_and_one_issue_on_gitlab(
    job: str,
    text: str,
    there: list[tuple[int, int, int | None, str | None]],
    done: list[tuple[str, str, dict[str, Any]]],
    gitlab: GitLab,
    tmp_path: Path,
) -> None:
    """Each is created once, then updated, and an issue closed; no other is changed, whatever page it is on."""
    field = "body" if job == "comment" else "description"
    for author, number, iid, body in there:
        own = {} if iid is None else {"iid": iid}
        gitlab.items.append({"id": number, **own, "author": {"id": author}, field: body})
    post(gitlab, tmp_path, job, text)
    assert gitlab.changes == done


@pytest.mark.parametrize(
    ("preview", "exits", "fail_on", "status"),
    [
        pytest.param("retired", 0, "delete", 3, id="refused"),
        pytest.param("retired", 0, "", 0, id="let-through"),
        pytest.param("broken", 255, "", 255, id="failed"),
    ],
)
def test_a_preview_on_gitlab(preview: str, exits: int, fail_on: str, status: int, tmp_path: Path) -> None:
    """The comment is written whether the preview succeeds, fails or is rejected; the job ends accordingly."""
    (tmp_path / "recorded.json").write_text(recorded(preview))
    stand_in(tmp_path, "pulumi", f"#!/bin/sh\ncat recorded.json\nexit {exits}\n")
    env = {"STACK": "dev", "TIMEZONE": "UTC", "FAIL_ON": fail_on, "CI_PROJECT_DIR": str(tmp_path), "LANG": "C.UTF-8"}
    assert run(gitlab_script("preview"), tmp_path, env) == status
    assert (tmp_path / "comment.md").read_text().startswith("<!-- pulumi-exosphere review ")


def test_no_stranger_gets_a_secret_on_gitlab() -> None:
    """Jobs for merge requests run only for those of the project's own branches, and deploy nothing."""
    settings = yaml.safe_load(GITLAB.read_text("utf-8"))
    for job in ("preview", "comment"):
        (rule,) = settings[job]["rules"]
        assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID" in rule["if"]
    for job in ("deploy", "drift", "report"):
        (rule,) = settings[job]["rules"]
        assert "merge_request_event" not in rule["if"]
