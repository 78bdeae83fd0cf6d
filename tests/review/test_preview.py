from __future__ import annotations

import pytest

from pulumi_exosphere.review.preview import UnreadablePreview, Urn, read
from tests.review.documents import PREVIEWS, document, recorded, said, step, urn

RECORDED = sorted(path.stem for path in PREVIEWS.iterdir() if path.stem != "showcase")


@pytest.mark.parametrize("name", RECORDED)
def test_what_the_cli_writes_is_read(name: str) -> None:
    """Every recorded preview names its stack."""
    assert read(recorded(name)).stack == "test-project/test"


def test_the_streaming_form_says_the_same() -> None:
    """`PULUMI_ENABLE_STREAMING_JSON_PREVIEW` gives one event a line."""
    streamed, whole = (
        {(one.op, one.urn): one for one in read(recorded(name)).steps} for name in ("streamed", "changed")
    )
    key = next(key for key in whole if key[1].name == "daily-report")
    assert (streamed[key].old, streamed[key].new) == (whole[key].old, whole[key].new)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("error: no stack selected", id="words"),
        pytest.param('{"version": 3, "deployment": {}}', id="a-state-file"),
        pytest.param("[1, 2]", id="a-list"),
        pytest.param('"text"', id="a-string"),
        pytest.param('{"steps": [{"op": "create"}]}', id="without-urn"),
        pytest.param('{"steps": {"a": 1}}', id="steps-no-list"),
        pytest.param(document(step("create", None, {"4dabf18193072939515e22adb298388d": []})), id="inputs-a-secret"),
        pytest.param("[" * 100_000, id="too-deep"),
        pytest.param(document()[:-4], id="cut-off"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """The message says what to do."""
    with pytest.raises(UnreadablePreview, match=r"pulumi preview --json > preview\.json"):
        read(text)


def test_nothing_is_refused() -> None:
    """An empty input means that the preview failed before it began."""
    with pytest.raises(UnreadablePreview, match="see its standard error"):
        read(" \n")


@pytest.mark.parametrize("name", ["changed", "streamed"])
def test_other_text_may_stand_around_it(name: str) -> None:
    """Policy packs and plugins print to standard output, before the preview, after it and between events."""
    noise = '[policy] checking {1}\n{\'a\': 1}\n{"level": "info"}\n'
    parts = recorded(name).splitlines(keepends=True) if name == "streamed" else [recorded(name)]
    assert read(noise + noise.join(parts) + noise) == read(recorded(name))


@pytest.mark.parametrize("names", [("created", "changed"), ("inlined-streamed", "streamed"), ("created", "streamed")])
def test_of_several_previews_the_last_counts(names: tuple[str, str]) -> None:
    """A job that is repeated may append to its file."""
    first, last = map(recorded, names)
    assert read(first + last) == read(last)


def test_previews_of_several_stacks_are_refused() -> None:
    """One comment is about one stack."""
    with pytest.raises(UnreadablePreview, match="previews of 2 stacks"):
        read(recorded("created") + recorded("showcase"))


def test_a_preview_may_hold_nothing() -> None:
    """A program that fails at once has no steps."""
    preview = read('{"steps": null, "diagnostics": null, "changeSummary": null}')
    assert (preview.steps, preview.diagnostics, preview.stack) == ((), (), "")


def test_messages_come_without_their_severity() -> None:
    """It is shown in a different way; debug messages aren't shown."""
    text = document(diagnostics=[said("look out"), said("inner life", severity="debug")])
    assert [one.message for one in read(text).diagnostics] == ["look out"]


def test_a_urn_may_have_parents_and_colons() -> None:
    """The type is the resource's own, the name everything after it."""
    one = Urn("urn:pulumi:dev::project::my:Component$pulumi-python:dynamic/exosphere:Graph::a::b")
    assert (one.stack, one.type, one.name) == ("project/dev", "pulumi-python:dynamic/exosphere:Graph", "a::b")


def test_states_without_inputs_are_empty() -> None:
    """Not every state has them."""
    [one] = read(document({**step("create", None, {}), "newState": {"urn": urn("x")}})).steps
    assert (one.old, one.new) == (None, {})
