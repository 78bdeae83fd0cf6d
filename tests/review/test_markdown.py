from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_exosphere.review.gather import review
from pulumi_exosphere.review.markdown import comment
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.terminal import text
from tests.review.documents import CLOCK, COMMENTS, document, graph, node, recorded, reviewed, said, step, urn
from tests.review.test_values import SECRET_SIGNATURE, SIGNATURE

CANARY = "canary-4b1d"


@pytest.mark.parametrize("name", sorted(path.stem for path in COMMENTS.glob("*.md")))
def test_the_comment_on_a_real_preview(name: str) -> None:
    """Word for word; `python -m tests.review.record --comments` writes them anew."""
    assert comment(review(read(recorded(name)), CLOCK), CLOCK) == (COMMENTS / f"{name}.md").read_text()


@pytest.mark.parametrize("form", ["plain", "plaintext", "ciphertext", "quoted"])
def test_no_secret_is_in_a_comment(form: str) -> None:
    """In whatever form the document holds it, and wherever else its value stands."""
    secret = {
        "plain": CANARY,
        "quoted": "[secret]",
        "plaintext": {SIGNATURE: SECRET_SIGNATURE, "plaintext": f'"{CANARY}"'},
        "ciphertext": {SIGNATURE: SECRET_SIGNATURE, "ciphertext": f"v1:{CANARY}"},
    }[form]
    also = f"postgres://{CANARY}@db" if form.startswith("plain") else "[secret]"
    nodes = {"a": node("b", inputs={"x": secret, "y": also}), "b": node(runs=also)}
    given = graph(
        nodes,
        secrets={"password": secret},
        connection={"uri": "https://x", "api_key": secret},
        store_config={"default_values": {"k": secret}},
        retry_policy={"max_retries": secret},
    )
    later = {**given, "nodes": {**nodes, "a": node("b", inputs={"x": "other"})}, "store_config": {}}
    told = [said(f"can't log in with {also}"), said(f"Traceback\n  x\n{also}", severity="error", of="")]
    for old, new, op in (
        (None, given, "create"),
        (given, later, "update"),
        (later, given, "update"),
        (given, None, "delete"),
    ):
        found = review(read(document(step(op, old, new), diagnostics=told)), CLOCK)
        assert CANARY not in comment(found, CLOCK) + text(found, CLOCK)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_KEYS = [
    "name",
    "namespace",
    "nodes",
    "secrets",
    "secret_revisions",
    "retry_policy",
    "store_config",
    "triggers",
    "graph",
]
INPUTS = st.dictionaries(st.sampled_from([*_KEYS, "expression", "validation_status", "connection"]), JSON)
STEPS = st.builds(
    step,
    st.sampled_from(["create", "update", "delete", "replace", "same", "refresh", "read"]),
    st.none() | INPUTS,
    st.none() | INPUTS,
    name=st.text(max_size=3),
    kind=st.sampled_from(["Graph", "RetryPolicy", "StoreConfig", "CronTrigger", "Other", "a:b:C"]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=4))
def test_inputs_of_any_shape_are_written(steps: list[dict[str, object]]) -> None:
    """A state of another version, or broken by hand, gives a comment and no traceback."""
    found = review(read(document(*steps)), CLOCK)
    assert comment(found, CLOCK).startswith("<!-- pulumi-exosphere review")
    assert text(found, CLOCK)


def test_what_is_wrong_comes_first_and_is_never_folded() -> None:
    """The errors of a preview that failed, before any graph."""
    steps = [step("create", None, graph(name=str(i)), name=str(i)) for i in range(5)]
    found = reviewed(*steps, diagnostics=[said("it broke", severity="error", of=urn("9"))])
    lines = comment(found, CLOCK).splitlines()
    assert lines[3] == "**The preview failed: 1 error. 5 graphs are new, as far as it came.**"
    assert lines[5:8] == ["#### Errors", "", "- `9` (Graph): it broke"]


def test_a_long_message_is_there_in_full() -> None:
    """Its first and last line at once, the rest for whoever opens it."""
    found = reviewed(diagnostics=[said("Program failed:\n```\n@octocat\nValueError", severity="error", of="")])
    assert comment(found, CLOCK).endswith(
        "- Program failed: ... ValueError\n\n  <details><summary>in full</summary>\n\n  ````text\n  Program failed:\n"
        "  ```\n  @octocat\n  ValueError\n  ````\n\n  </details>\n"
    )


def test_the_zone_is_told() -> None:
    """Where it is a guess, that too."""
    found = reviewed(step("create", None, graph(triggers={"0 3 * * *": {}})))
    assert "<sub>Schedules are in `UTC`.</sub>" in comment(found, CLOCK)


def test_a_stack_in_which_nothing_changes_has_a_short_comment() -> None:
    """One that says so."""
    found = reviewed(step("same", {}, {}, name="x", kind="pulumi:pulumi:Stack"))
    assert comment(found, CLOCK) == (
        "<!-- pulumi-exosphere review project/dev -->\n### Exosphere graphs of `project/dev`\n\n**No graph changes.**\n"
    )
