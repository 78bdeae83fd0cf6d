"""Faults that are switched on."""

from __future__ import annotations

import json
import threading
from typing import Any

import httpx
import pytest

from pulumi_exosphere.local import LocalStateManager
from tests.local.talk import GRAPH, GRAPHS, KEY, NODES, body, cron, listed, node, referring


def connected(server: LocalStateManager) -> httpx.Client:
    """Return a connection of one's own."""
    return httpx.Client(base_url=server.uri, headers={"x-api-key": KEY})


def test_nothing_at_the_start(server: LocalStateManager) -> None:
    """Everything is off at first, and `clear` switches everything off."""
    server.faults.answer(500)
    server.faults.hold()
    server.faults.shuffled = True
    server.faults.clear()
    assert server.faults == type(server.faults)()


def test_a_verdict_that_never_comes(http: httpx.Client, server: LocalStateManager) -> None:
    """The graph stays PENDING until the next PUT."""
    server.faults.verdicts_lost = 1
    http.put(GRAPH, json=body())
    server.settle()
    assert listed(http)["validation_status"] == "PENDING"
    http.put(GRAPH, json=body())
    server.settle()
    assert listed(http)["validation_status"] == "VALID"


def test_a_window_of_any_length() -> None:
    """Validation can take any time."""
    with LocalStateManager(api_key=KEY, validation_delay=600) as alone:
        alone.register("analytics", [{"name": "Extract", "inputs": ["source"]}])
        with connected(alone) as http:
            http.put(GRAPH, json=body(node("slow")))
            alone.faults.validation_delay = 0.01
            http.put(GRAPH.replace("report", "fast"), json=body())
            while listed(http, "fast")["validation_status"] == "PENDING":
                pass
            assert listed(http)["validation_status"] == "PENDING"


def test_held_by_name(http: httpx.Client, server: LocalStateManager) -> None:
    """Validation is held back, and released, by the graph's name."""
    server.faults.hold("analytics/rep*")
    server.faults.hold("shared/*")
    http.put(GRAPH, json=body())
    server.faults.release("shared/*")
    assert listed(http)["validation_status"] == "PENDING"
    with pytest.raises(TimeoutError, match="still running"):
        server.settle(0.05)
    server.faults.release("analytics/rep*")
    server.settle()
    assert listed(http)["validation_status"] == "VALID"


def test_an_answer_in_the_place_of_the_real_one(http: httpx.Client, server: LocalStateManager) -> None:
    """The k-th request of a kind can get any response, and isn't carried out."""
    server.faults.answer(503, method="PUT", path="*/graph/*", skip=1, headers={"retry-after": "7"}, body="<html>")
    statuses = [http.put(GRAPH, json=body(node(name))).status_code for name in ("a", "b", "c")]
    assert statuses == [201, 503, 201]
    server.faults.answer(502, method="PUT")
    answer = http.put(GRAPH, json=body(node("d")))
    assert (answer.status_code, answer.text) == (502, '{"detail": "on purpose"}')
    assert listed(http)["nodes"][0]["identifier"] == "c"


def test_an_answer_that_is_lost(http: httpx.Client, server: LocalStateManager) -> None:
    """A request can be carried out although the response says otherwise."""
    server.faults.answer(500, method="PUT", carried_out=True)
    assert http.put(GRAPH, json=body(node("a"))).status_code == 500
    assert listed(http)["nodes"][0]["identifier"] == "a"
    assert [request.status for request in server.requests] == [500, 200]


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_late_answer(carried_out: bool) -> None:
    """A response can come too late, of a request that is carried out at once or late, too."""
    with LocalStateManager(api_key=KEY) as alone, connected(alone) as http:
        alone.faults.slow(600, method="PUT", carried_out=carried_out)
        with pytest.raises(httpx.ReadTimeout):
            http.put(GRAPH, json=body(), timeout=0.1)
        assert (http.get(GRAPH).status_code == 200) == carried_out


def test_an_unreadable_document(http: httpx.Client, server: LocalStateManager) -> None:
    """One document that can't be read makes the whole listing of its namespace fail, and no other."""
    http.put(GRAPH, json=body())
    server.faults.unreadable.add("analytics/broken")
    assert http.get(GRAPHS).status_code == 500
    assert http.get(GRAPH).status_code == 200
    assert http.get(GRAPH.replace("report", "broken")).status_code == 500
    assert http.get("/v0/namespace/shared/graphs/").status_code == 200


def test_any_order(http: httpx.Client, server: LocalStateManager) -> None:
    """Lists and keys come in another order, which changes only orders that mean nothing."""
    for name in "abcdef":
        sections: dict[str, Any] = {
            "triggers": cron("@daily", "@weekly", "@monthly"),
            "store_config": {"required_keys": list("xyz"), "default_values": {"b": "1", "a": "2"}},
        }
        http.put(GRAPH.replace("report", name), json=referring(**sections))
    server.settle()
    plain = http.get(GRAPHS).json()["templates"]
    server.faults.shuffled = True
    shuffled = http.get(GRAPHS).json()["templates"]
    assert shuffled != plain
    assert [one["name"] for one in shuffled] != list("abcdef")
    for one, other in zip(plain, sorted(shuffled, key=lambda document: document["name"]), strict=True):
        assert _sorted(one) == _sorted(other)
        links = [{node["identifier"]: node["next_nodes"] for node in document["nodes"]} for document in (one, other)]
        assert links[0] == links[1]


def _sorted(content: Any) -> Any:
    """Return the content without its order."""
    if isinstance(content, dict):
        return {key: _sorted(content[key]) for key in sorted(content)}
    return sorted(map(_sorted, content), key=str) if isinstance(content, list) else content


def test_parallel_first_puts(http: httpx.Client, server: LocalStateManager) -> None:
    """Of four first PUTs of one graph at once, one is stored and three end with a 500; a repeat succeeds."""
    server.faults.first_put_window = 0.5
    statuses: list[int] = []
    together = threading.Barrier(4)

    def put(identifier: str) -> None:
        with connected(server) as mine:
            mine.get("/health")
            together.wait()
            statuses.append(mine.put(GRAPH, json=body(node(identifier))).status_code)

    threads = [threading.Thread(target=put, args=(identifier,)) for identifier in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 500, 500, 500]
    assert http.put(GRAPH, json=body()).status_code == 201


def test_switched_over_http(http: httpx.Client, server: LocalStateManager) -> None:
    """The switches can be read and set over HTTP, by their names."""
    changes = {
        "held": ["analytics/*"],
        "duplicate_triggers": 2,
        "answers": [{"status": 503, "path": NODES}],
        "late_nodes": [{"namespace": "new", "nodes": [], "looks": 1}],
    }
    content = http.patch("/local/faults", json=changes).json()
    assert content["held"] == ["analytics/*"]
    assert server.faults.duplicate_triggers == 2
    assert http.get("/local/faults").json() == content
    assert http.get(NODES).status_code == 503
    assert http.get(NODES).status_code == 200
    assert http.delete("/local/faults").json()["held"] == []
    assert http.patch("/local/faults", json={"no_such": 1}).status_code == 422


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ({"answers": [{"stauts": 503}]}, "answers.0.stauts: "),
        ({"answers": [503]}, "answers.0: "),
        ({"answers": [{"status": 503}, {"times": "2"}]}, "answers.1.times: Input should be a valid integer"),
        ({"answers": [{"skip": "1"}]}, "answers.0.skip: Input should be a valid integer"),
        ({"answers": [{"delay": True}]}, "answers.0.delay: Input should be a valid number"),
        ({"answers": [{"headers": {"retry-after": 5}}]}, "answers.0.headers.retry-after: Input should be a"),
        ({"late_nodes": [{"namespace": "new"}]}, "late_nodes.0.nodes: "),
        ({"late_nodes": [{"namespace": "new", "nodes": [], "looks": "1"}]}, "late_nodes.0.looks: Input should be a"),
        (
            {"late_nodes": [{"namespace": "new", "nodes": [{"name": "A"}], "looks": 1}]},
            "late_nodes.0.nodes.0.inputs_schema: ",
        ),
        ({"unreadable": "analytics/report"}, "unreadable: Input should be a"),
        ({"held": [1]}, "held.0: Input should be a valid string"),
        ({"verdicts_lost": "one"}, "verdicts_lost: Input should be a valid integer"),
        ({"validation_delay": float("inf")}, "validation_delay: Input should be a finite number"),
        ({"no_such": 1}, "no such switch: no_such"),
    ],
)
def test_what_cannot_be_switched_leaves_all_as_it_was(
    http: httpx.Client, server: LocalStateManager, switch: dict[str, Any], said: str
) -> None:
    """It is rejected with the reason, and the other switches of the request aren't set either."""
    refused = http.patch("/local/faults", content=json.dumps({"shuffled": True, **switch}))
    assert (refused.status_code, said in refused.json()["detail"]) == (422, True)
    assert server.faults == type(server.faults)()


def test_switches_are_an_object(http: httpx.Client) -> None:
    """A list of them is rejected, and so is anything but JSON."""
    assert http.patch("/local/faults", json=["shuffled"]).status_code == 422
    assert http.patch("/local/faults", content="shuffled").status_code == 422
