"""Random secrets, moved anywhere in any spelling, appear in no state, output, message or comment of a review."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi.runtime import rpc

from pulumi_exosphere.cli import main
from pulumi_exosphere.local import LocalStateManager
from tests.review.documents import document, step
from tests.support import by_hand
from tests.support.brevity import examples
from tests.support.hooks_driver import Refused, Resource, as_wired
from tests.support.wanted import node, report
from tests.test_spellings import lossless, values

NS = "analytics"
COUNT = itertools.count()
MARKER = re.compile(r"\[value known from [^\]]*\]")
Spelling = Callable[[str], str]

lines = st.lists(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=4), min_size=3)
secrets = values | lines.map("\n".join).filter(lambda text: len(text.replace("\n", "")) >= 6)
field_names = st.sampled_from(["node_name", "identifier", "next_nodes", "inputs", "default_values"])


@st.composite
def several(draw: st.DrawFn) -> list[str]:
    """Return three secrets: one of them contains another one, and one may be the name of a field."""
    first, more = draw(secrets), draw(secrets)
    return [first, first + more, draw(secrets | field_names)]


def wanted(one: str, other: str, third: str, **more: Any) -> dict[str, Any]:
    """Return a graph with a secret input and two secrets."""
    nodes = {"extract": node("Ping", "load", source=third, where="lake"), "load": node("Ping", rows="r")}
    given = {"one": one, "other": other}
    return report(nodes=nodes, secrets=given, store_config={"default_values": {"k": "v"}}, **more)


def shown(value: Any) -> Any:
    """Return properties as the engine shows them."""
    if rpc.is_rpc_secret(value):
        return "[secret]"
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


def strings(value: Any) -> Iterator[str]:
    """Yield every string in properties, keys included, without markers."""
    if isinstance(value, str):
        yield MARKER.sub("", value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(key)
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


@settings(
    deadline=None,
    max_examples=examples(20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(given_secrets=several(), spellings=st.lists(lossless, min_size=4, max_size=4), data=st.data())
def test_no_secret(
    given_secrets: list[str],
    spellings: list[Spelling],
    data: st.DataObject,
    state_manager: LocalStateManager,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A refresh, the update after it and its comment contain none, and an ordinary change is shown."""
    graph = Resource({"exosphere:stateManagerUri": state_manager.uri, "exosphere:apiKey": state_manager.api_key})
    live = f"report-{next(COUNT)}"
    graph.up(wanted(*given_secrets, name=live))
    moved = [spell(data.draw(st.sampled_from(given_secrets[:2]))) for spell in spellings]
    name = data.draw(st.sampled_from(given_secrets)).strip()

    def move(body: dict[str, Any]) -> None:
        extract, load = by_hand.node(body, "extract"), by_hand.node(body, "load")
        extract["inputs"] |= {"where": "ocean", "new": moved[0], name: "1"}
        load["inputs"]["rows"] = moved[1]
        body["store_config"]["default_values"] |= {"k": moved[2], "more": moved[3], "ordinary": "weekly"}

    by_hand.change(state_manager, NS, live, move)
    told = []
    try:
        graph.preview(wanted(*given_secrets, name=live, triggers={"0 5 * * *": {"type": "CRON"}}))
    except Refused as refused:
        told.append(str(refused))
    graph.begin()
    assert graph.id is not None
    read = graph.provider.read(graph.id, as_wired(graph.outs))
    before = {**graph.inputs, "secrets": dict.fromkeys(graph.inputs["secrets"], "[secret]")}
    before["nodes"]["extract"]["inputs"]["source"] = "[secret]"
    after = [{**shown(part), "secrets": before["secrets"]} for part in (read.inputs, read.outs)]
    for part in after:
        assert part["nodes"]["extract"]["inputs"].pop("source") == given_secrets[2]  # The engine hides this path.
        assert part["nodes"]["extract"]["inputs"]["where"] == "ocean"
        assert part["store_config"]["default_values"]["ordinary"] == "weekly"
    file = tmp_path / "preview.json"
    file.write_text(document(step("update", before, after[0])))
    assert main(["review", str(file)]) == 0
    told += capfd.readouterr()

    names = set(strings(before)) | {"[secret]", "default_values", "ordinary", "weekly", "more", "new", "ocean"}
    state = [text for part in after for text in strings({key: part[key] for key in ("nodes", "store_config")})]
    for secret in {*given_secrets, *moved, name}:
        assert [text for text in state if secret in text and text not in names] == []
        if not any(secret in text for text in [*names, *MARKER.findall("\n".join(told))]):
            assert [text for text in told if secret in text or json.dumps(secret)[1:-1] in text] == []
