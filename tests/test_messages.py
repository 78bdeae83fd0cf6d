"""Every error and every warning has one form: which graph, namespace and path, what is wrong, and what to do."""

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
"""The subject of a message, which may come after what matters more."""

ADVICE = re.compile(r"[;:.,] \w|`")
"""The mark before what to do, which isn't recognised by its words, but no message ends without it."""

LONGEST = 700
"""Letters; most messages have less than half of that."""


def assert_form(text: str) -> None:
    """Fail unless it is one line with a subject, a problem and what to do, without a value; names in single quotes."""
    assert text.isprintable()
    assert SUBJECT.search(text)
    assert ADVICE.search(SUBJECT.sub("", text, count=1).lstrip(",: "))
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
    """All messages of this part have the form."""
    broken = [(name, text) for name, text in part() if not _has_form(text)]
    assert broken == []


def test_form_of_deployments(state_manager: LocalStateManager) -> None:
    """All errors of an update have the form."""
    broken = [(name, text) for name, text in messages.deployments(state_manager) if not _has_form(text)]
    assert broken == []


def _has_form(text: str) -> bool:
    try:
        assert_form(text)
    except AssertionError:
        return False
    return True
