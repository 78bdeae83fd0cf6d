"""Documents as they are stored and as they are read."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from datetime import datetime

import httpx

from pulumi_exosphere.local import LocalStateManager
from tests.local.talk import GRAPH, GRAPHS, body, cron, listed, node, referring

DEFAULTS = {
    "retry_policy": {
        "max_retries": 3,
        "strategy": "EXPONENTIAL",
        "backoff_factor": 2000,
        "exponent": 2,
        "max_delay": None,
    },
    "store_config": {"required_keys": [], "default_values": {}},
    "triggers": [],
}
SECTIONS = {
    "retry_policy": {
        "max_retries": 5,
        "strategy": "FIXED_FULL_JITTER",
        "backoff_factor": 100,
        "exponent": 3,
        "max_delay": 9,
    },
    "store_config": {"required_keys": ["cursor"], "default_values": {"batch": "1"}},
    "triggers": cron("0 9 * * 1-5", "@Daily"),
}
MICROSECONDS = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"
MILLISECONDS = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}000)?"


def test_answer_of_a_put(http: httpx.Client) -> None:
    """The 201 contains what was sent, PENDING, the names of secrets, and neither name nor id."""
    sent = referring(**SECTIONS)
    answer = http.put(GRAPH, json=sent)
    assert answer.status_code == 201
    content = answer.json()
    times = {content.pop("created_at"), content.pop("updated_at")}
    assert all(re.fullmatch(MICROSECONDS, time) for time in times)
    assert content == {
        **SECTIONS,
        "nodes": [{**one, "unites": None} for one in sent["nodes"]],
        "secrets": {"warehouse_password": True},
        "validation_status": "PENDING",
        "validation_errors": [],
    }


def test_create_and_update_are_answered_alike(http: httpx.Client) -> None:
    """The two responses are the same."""
    first, second = (http.put(GRAPH, json=body()) for _ in range(2))
    assert (
        (first.status_code, first.json().keys())
        == (second.status_code, second.json().keys())
        == (201, first.json().keys())
    )


def test_get_lies(http: httpx.Client, server: LocalStateManager) -> None:
    """A GET of one graph returns the sections as their defaults, and everything else as it is."""
    http.put(GRAPH, json=referring(**SECTIONS))
    server.settle()
    content, stored = http.get(GRAPH).json(), listed(http)
    assert {key: content[key] for key in DEFAULTS} == DEFAULTS
    truth = ("nodes", "created_at", "updated_at", "validation_status", "validation_errors")
    assert {key: content[key] for key in truth} == {key: stored[key] for key in truth}
    assert content["secrets"] == {"warehouse_password": True}
    assert content.keys() == {*DEFAULTS, *truth, "secrets"}


def test_listing_tells_the_truth(http: httpx.Client) -> None:
    """The listing has whole documents, with id, names and sections."""
    http.put(GRAPH, json=referring(**SECTIONS))
    http.put(GRAPH.replace("report", "other"), json=body())
    listing = http.get(GRAPHS).json()
    assert (listing["namespace"], listing["count"]) == ("analytics", 2)
    assert [template["name"] for template in listing["templates"]] == ["report", "other"]
    document = listing["templates"][0]
    assert {key: document[key] for key in SECTIONS} == SECTIONS
    assert re.fullmatch("[0-9a-f]{24}", document["_id"])
    assert document["namespace"] == "analytics"


def test_unknown_namespace(http: httpx.Client) -> None:
    """A namespace that has no graphs returns an empty list."""
    assert http.get("/v0/namespace/nobody/graphs/").json() == {"namespace": "nobody", "count": 0, "templates": []}


def test_absent_sections_go_back(http: httpx.Client) -> None:
    """An upsert replaces everything: sections that it omits get the defaults again, and secrets are removed."""
    http.put(GRAPH, json=referring(**SECTIONS))
    http.put(GRAPH, json=body())
    document = listed(http)
    assert {key: document[key] for key in DEFAULTS} == DEFAULTS
    assert document["secrets"] == {}


def test_defaults_are_spelt_out(http: httpx.Client) -> None:
    """A section given in part gets defaults for the rest."""
    http.put(GRAPH, json=body(retry_policy={"max_retries": 1}, store_config={"required_keys": ["a"]}))
    document = listed(http)
    assert document["retry_policy"] == {**DEFAULTS["retry_policy"], "max_retries": 1}  # type: ignore[dict-item]
    assert document["store_config"] == {"required_keys": ["a"], "default_values": {}}


def test_links(http: httpx.Client) -> None:
    """`next_nodes` is returned as a list, `unites` as null or an object with its strategy."""
    nodes = [node(next_nodes=["b", "c"]), node("b", next_nodes=None), node("c", unites={"identifier": "b"})]
    http.put(GRAPH, json=body(*nodes))
    stored = listed(http)["nodes"]
    assert [one["next_nodes"] for one in stored] == [["b", "c"], [], []]
    assert [one["unites"] for one in stored] == [None, None, {"identifier": "b", "strategy": "ALL_SUCCESS"}]


def test_ids_and_times(http: httpx.Client, server: LocalStateManager) -> None:
    """`_id` and `created_at` stay; `updated_at` changes at the PUT and again after the validation."""
    server.faults.hold()
    http.put(GRAPH, json=body())
    pending = listed(http)
    server.faults.release()
    server.settle()
    judged = listed(http)
    http.put(GRAPH, json=body())
    server.settle()
    again = listed(http)
    assert pending["_id"] == judged["_id"] == again["_id"]
    assert pending["created_at"] == judged["created_at"] == again["created_at"]
    assert pending["updated_at"] < judged["updated_at"] < again["updated_at"]


def test_times_are_local_and_naive(http: httpx.Client) -> None:
    """Times are the server's local ones, to the millisecond once stored."""
    before = datetime.now()  # noqa: DTZ005
    http.put(GRAPH, json=body())
    document = listed(http)
    assert re.fullmatch(MILLISECONDS, document["created_at"])
    assert re.fullmatch(MILLISECONDS, document["updated_at"])
    created = datetime.fromisoformat(document["created_at"])
    assert abs((created - before).total_seconds()) < 60
    assert created.tzinfo is None


def test_an_update_shows_when_it_was_created(http: httpx.Client) -> None:
    """The 201 of an update has the stored `created_at`, in milliseconds, and a new `updated_at`."""
    http.put(GRAPH, json=body())
    answer = http.put(GRAPH, json=body()).json()
    assert answer["created_at"] == listed(http)["created_at"]
    assert re.fullmatch(MICROSECONDS, answer["updated_at"])


def test_ciphertexts(http: httpx.Client, server: LocalStateManager) -> None:
    """Every upsert gives every secret a new ciphertext, which is stable in between; its length reveals the value's."""
    secrets = {"short": "x", "same": "x", "long": "x" * 40}
    http.put(GRAPH, json=body(secrets=secrets))
    server.settle()
    first = listed(http)["secrets"]
    assert listed(http)["secrets"] == first
    assert [len(urlsafe_b64decode(text)) for text in first.values()] == [29, 29, 68]
    http.put(GRAPH, json=body(secrets=secrets))
    second = listed(http)["secrets"]
    assert len({*first.values(), *second.values()}) == 6


def test_names_are_trimmed_when_stored(http: httpx.Client) -> None:
    """Names are not trimmed when looked up: the same PUT again collides with what it stored."""
    padded = "/v0/namespace/%20analytics/graph/%20report%20"
    assert http.put(padded, json=body()).status_code == 201
    assert http.get(padded).status_code == 404
    assert http.put(padded, json=body()).status_code == 500
    assert http.get(GRAPH).status_code == 200
    assert http.get("/v0/namespace/%20analytics/graphs/").json()["count"] == 0


def test_a_blank_name(http: httpx.Client) -> None:
    """A blank name is rejected."""
    assert http.put("/v0/namespace/analytics/graph/%20", json=body()).status_code == 400


def test_values_of_nodes_are_trimmed(http: httpx.Client) -> None:
    """In a node, names that link are trimmed; its namespace and inputs are not."""
    given = node(
        " extract ", node_name=" Extract ", namespace="analytics ", inputs={"source": " x "}, next_nodes=[" b"]
    )
    http.put(GRAPH, json=body(given, node("b\n")))
    stored = listed(http)["nodes"]
    assert stored[0] == {
        **node(),
        "namespace": "analytics ",
        "inputs": {"source": " x "},
        "next_nodes": ["b"],
        "unites": None,
    }
    assert stored[1]["identifier"] == "b"
