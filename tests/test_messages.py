"""Every error and every warning has one form: what, which graph, namespace and node, why, what to type next."""

from __future__ import annotations

import re

import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.support import messages

SUBJECT = re.compile(
    r"""
      (the\ [a-z ]+\ ('[^']*'\ )?(of|on)\ )?graph\ '[^']*'\ in\ namespace\ '[^']*'
    | the\ graph\ in\ namespace\ '[^']*',\ name:       # whose name is what is wrong
    | (The\ expression\ of\ )?(the\ argument\ `triggers`\ of\ )?(Graph|RetryPolicy|StoreConfig|CronTrigger)\ '[^']*'
    | could\ not\ (read|write|list)\ .*namespace\ '[^']*':
    | exosphere:[a-zA-Z]+
    | no\ (state\ manager's\ address|API\ key)\ is\ configured
    | the\ (state\ manager's\ )?API\ key
    | the\ run\ was\ cancelled
    | the\ look-up's\ argument
    | graph:\ '[^']*'\ isn't\ the\ id
    """,
    re.VERBOSE,
)
"""What a message begins with: whom it is about."""

DO = (
    "add|allow|check|choose|correct|declare|deploy|give|keep|leave|let|look|make|name|order|put|refer|remove|run|set|"
    "split|start|stop|take|target|to replace|use|wait|write|start|pulumi up"
)
NEXT = re.compile(rf"([:;,.(] |`|\bor )({DO})\b|has to be|The fields of|can be deleted|say (so )?with", re.IGNORECASE)
"""What a message has in it, mostly at its end: what to do."""

LONGEST = 700
"""Letters; what a reader takes in at a glance is less than half of it."""


def assert_form(text: str) -> None:
    """One line about somebody, with what to do, and with no value; names in single quotes."""
    assert text.isprintable()
    assert SUBJECT.match(text)
    assert NEXT.search(SUBJECT.sub("", text, count=1))
    assert '"' not in text.replace('["analytics"]', "")
    assert not text.endswith((".", " ", ":"))
    assert not {"canary", "hush"} & set(re.findall(r"\w+", text.lower()))
    assert len(text) <= LONGEST


PARTS = [
    messages.check,
    messages.configuration,
    messages.attachments,
    messages.warnings,
    messages.refusals,
    messages.races,
    messages.client,
    messages.program,
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_form(part: messages.Part) -> None:
    """All that this part says has the form."""
    broken = [(name, text) for name, text in part() if not _has_form(text)]
    assert broken == []


def test_form_of_deployments(state_manager: LocalStateManager) -> None:
    """All that an update fails with has the form."""
    broken = [(name, text) for name, text in messages.deployments(state_manager) if not _has_form(text)]
    assert broken == []


def _has_form(text: str) -> bool:
    try:
        assert_form(text)
    except AssertionError:
        return False
    return True
