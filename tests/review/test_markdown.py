from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_exosphere.review.gather import review
from pulumi_exosphere.review.markdown import LIMIT, Level, comment, fit, size
from pulumi_exosphere.review.preview import read
from pulumi_exosphere.review.terminal import text
from tests.review.documents import CLOCK, COMMENTS, document, graph, node, recorded, reviewed, said, step, urn
from tests.review.test_values import SECRET_SIGNATURE, SIGNATURE
from tests.support.brevity import examples


@dataclass(frozen=True)
class Block:
    """A block of given lengths."""

    sizes: tuple[int, ...]

    def at(self, level: Level) -> str:
        """Return the text."""
        return f"- {'x' * self.sizes[level]}"


SIZES = st.tuples(*[st.integers(0, most) for most in (40_000, 40_000, 5_000, 1_000, 100)])


@given(st.lists(SIZES.map(Block), max_size=300), st.sampled_from([Level.OPEN, Level.FOLDED]))
def test_blocks_of_any_size_fit(blocks: list[Block], start: Level) -> None:
    """The head always stays, and omitted blocks are counted."""
    text = fit("head", blocks, start=start, reserved=1000)
    assert text.startswith("head")
    assert size(text) + 1000 < LIMIT
    lines = text.count("- x") + text.count("- \n")
    assert lines == len(blocks) or f"- and {len(blocks) - lines:,} more" in text


def test_what_fits_is_left_as_it_is() -> None:
    """Nothing is shortened unnecessarily."""
    assert fit("head", [Block((3, 0, 0, 0, 0))], start=Level.OPEN) == "head\n\n- xxx\n"


def test_the_longest_is_shortened_first() -> None:
    """So a big graph doesn't cost the small ones their diagrams."""
    big, small = Block((70_000, 70_000, 50, 20, 5)), Block((1000, 900, 50, 20, 5))
    text = fit("", [small, big, small], start=Level.OPEN)
    assert [len(line) - 2 for line in text.split("\n") if line] == [1000, 50, 1000]


def stack(graphs: int, nodes: int, text: str) -> list[dict[str, Any]]:
    """Return steps that create so many graphs of so many nodes, with this text as names and inputs."""
    steps = []
    for number in range(graphs):
        made = {
            f"{text}{i}": node(f"{text}{i + 1}" if i < nodes - 1 else "", inputs={text: text}) for i in range(nodes)
        }
        inputs = graph(made, name=f"{number}{text}", triggers={f"{number % 60} * * * *": {}})
        steps.append(step("create", None, inputs, name=f"{number}{text}"))
    return steps


@settings(max_examples=examples(20), deadline=None)
@given(
    graphs=st.integers(0, 60),
    nodes=st.integers(0, 15),
    text=st.builds(str.__mul__, st.sampled_from("x`<日"), st.integers(1, 1000)),
    warnings=st.integers(0, 200),
    errors=st.integers(0, 200),
)
def test_a_comment_fits_for_any_stack(graphs: int, nodes: int, text: str, warnings: int, errors: int) -> None:
    """Within GitHub's limit and with its summary, whatever the preview's size and characters."""
    diagnostics = [said(f"{text}\n{text}\n{text}", of=urn(f"{number}{text}")) for number in range(warnings)]
    diagnostics += [said(f"{text}\n{text}\n{text}", severity="error", of="") for _ in range(errors)]
    written = comment(reviewed(*stack(graphs, nodes, text), diagnostics=diagnostics), CLOCK)
    assert size(written) < LIMIT
    headline = f"{graphs:,} graph{'s are' if graphs > 1 else ' is'} new" if graphs else "No graph changes"
    assert headline in written.splitlines()[3]
    assert written.count("<details>") == written.count("</details>")


@pytest.mark.parametrize(("graphs", "nodes"), [(1000, 2), (2500, 1), (1, 5000)])
def test_a_comment_on_very_many_fits(graphs: int, nodes: int) -> None:
    """A line for each graph that fits, and the number of the others."""
    written = comment(reviewed(*stack(graphs, nodes, "n")), CLOCK)
    assert size(written) < LIMIT
    shown = written.count("New: ")
    assert shown == graphs or f"- and {graphs - shown:,} more" in written
    assert ("In the diagrams" in written) == ("mermaid" in written)


def test_many_graphs_are_folded() -> None:
    """Readers open what concerns them."""
    three, four = (
        comment(reviewed(*(step("create", None, graph(name=str(i)), name=str(i)) for i in range(number))), CLOCK)
        for number in (3, 4)
    )
    assert "<details><summary><b>New: <code>analytics/0</code></b>, 0 changes</summary>" in four
    assert "#### New: `analytics/0`" in three


def test_what_is_removed_comes_first_and_is_never_folded() -> None:
    """Retired graphs, then those that lose a schedule; other changes of many graphs stay folded."""
    found = reviewed(
        *(step("create", None, graph(name=str(number)), name=str(number)) for number in range(4)),
        step("replace", graph(name="moves"), graph(name="moved"), name="moves"),
        step("update", graph(triggers={"0 3 * * *": {}}), graph({"a": node()})),
        step("delete", graph(name="old", triggers={"30 2 * * *": {}}), None, name="old"),
    )
    written = comment(found, CLOCK)
    visible = re.sub(r"<details><summary>(.*?)</summary>.*?</details>", r"\1", written, flags=re.DOTALL)
    assert [line for line in visible.splitlines()[4:] if line][:6] == [
        "<b>Retired: <code>analytics/old</code></b>",
        "- no run can be started any longer",
        "- schedule `30 2 * * *` (at 02:30 every day) stops",
        "<b>Changed: <code>analytics/report</code></b>, 2 changes (1 removal)",
        "- schedule `0 3 * * *` (at 03:00 every day) is removed",
        "<b>Replaced: <code>analytics/moved</code></b>, 1 change",
    ]
    assert written.count("(at 03:00 every day) is removed") == 1


def test_the_comments_of_two_stacks_are_distinguished() -> None:
    """Their first lines differ whenever the names do, and are always hidden."""
    names = ["dev-eu", "dev_eu", "dev--eu", "dev.eu", "-", "--", "---", "%2D%2D", "dev%2Deu", "dé", "-->", "--!>", ">"]
    steps = [step("same", {}, {}) | {"urn": f"urn:pulumi:{name}::p::t::n"} for name in names]
    lines = [comment(reviewed(one), CLOCK).split("\n")[0] for one in steps]
    assert len(set(lines)) == len(names)
    assert all(re.fullmatch(r"<!-- pulumi-exosphere review p/(?!>|->)((?!--)[^<>\s])* -->", line) for line in lines)
    assert lines[0] == "<!-- pulumi-exosphere review p/dev-eu -->"


def test_the_stacks_name_cannot_be_too_long() -> None:
    """Nor can it end the marker."""
    text = json.dumps({"steps": [{"op": "same", "urn": f"urn:pulumi:{'-->' * 1000}::p::t::n"}], "diagnostics": []})
    written = comment(review(read(text), CLOCK), CLOCK)
    assert written.splitlines()[0].count("-->") == 1
    assert len(written) < 1000


CANARY = "canary-4b1d"


@pytest.mark.parametrize("name", sorted(path.stem for path in COMMENTS.glob("*.md")))
def test_the_comment_on_a_real_preview(name: str) -> None:
    """Word for word; `make golden` rewrites them."""
    assert comment(review(read(recorded(name)), CLOCK), CLOCK) == (COMMENTS / f"{name}.md").read_text()


@pytest.mark.parametrize("form", ["plain", "plaintext", "ciphertext", "quoted"])
def test_no_secret_is_in_a_comment(form: str) -> None:
    """In whatever form the document contains it, and wherever else its value occurs."""
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
    diagnostics = [said(f"can't log in with {also}"), said(f"Traceback\n  x\n{also}", severity="error", of="")]
    for old, new, op in (
        (None, given, "create"),
        (given, later, "update"),
        (later, given, "update"),
        (given, None, "delete"),
    ):
        found = review(read(document(step(op, old, new), diagnostics=diagnostics)), CLOCK)
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


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(STEPS, max_size=4))
def test_inputs_of_any_shape_are_written(steps: list[dict[str, object]]) -> None:
    """State of another version, or damaged by hand, results in a comment, not in a traceback."""
    found = review(read(document(*steps)), CLOCK)
    assert comment(found, CLOCK).startswith("<!-- pulumi-exosphere review")
    assert text(found, CLOCK)


def test_what_is_wrong_comes_first_and_is_never_folded() -> None:
    """The errors of a failed preview precede the graphs."""
    steps = [step("create", None, graph(name=str(i)), name=str(i)) for i in range(5)]
    found = reviewed(*steps, diagnostics=[said("it broke", severity="error", of=urn("9"))])
    lines = comment(found, CLOCK).splitlines()
    assert lines[3] == "**The preview failed: 1 error. 5 graphs are new before the error.**"
    assert lines[5:8] == ["#### Errors", "", "- `9` (Graph): it broke"]


def test_a_long_message_is_there_in_full() -> None:
    """The first and last line are visible, the rest is folded."""
    found = reviewed(diagnostics=[said("Program failed:\n```\n@octocat\nValueError", severity="error", of="")])
    assert comment(found, CLOCK).endswith(
        "- Program failed: ... ValueError\n\n  <details><summary>in full</summary>\n\n  ````text\n  Program failed:\n"
        "  ```\n  @octocat\n  ValueError\n  ````\n\n  </details>\n"
    )


def test_the_zone_is_shown() -> None:
    """Also whether it is an assumption."""
    found = reviewed(step("create", None, graph(triggers={"0 3 * * *": {}})))
    assert "<sub>Times are in `UTC`.</sub>" in comment(found, CLOCK)


def test_a_stack_in_which_nothing_changes_has_a_short_comment() -> None:
    """The comment says so."""
    found = reviewed(step("same", {}, {}, name="x", kind="pulumi:pulumi:Stack"))
    assert comment(found, CLOCK) == (
        "<!-- pulumi-exosphere review project/dev -->\n### Exosphere graphs of `project/dev`\n\n**No graph changes.**\n"
    )
