"""Random graphs that a state manager accepts and validates, with the nodes of `tests.support.nodes` registered."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from random import Random
from typing import Any

from pulumi_exosphere import template
from tests.support.nodes import NODES

Body = dict[str, Any]

NAMESPACES = ("analytics", "shared", "json", "team b", "Größe")
"""Namespaces of graphs; most of their nodes are registered elsewhere."""
NAMES = ("daily-report", "DailyReport", "daily report", "class", "print", "2nd", "naïve ☕", "a\"b'c", "日次", "x" * 80)
IDENTIFIERS = ("extract", "Load it", "über", "class", 'quo"te', "new\nline", "back\\slash", "1", "a-b", "☕", "None")
SECRETS = ("API-KEY", "api_key", "db password", "pässword", "2fa", "None", "☕")
SCHEDULES = ("0 9 * * 1-5", "*/15 * * * *", "@hourly", "@Daily", "30 2 1 * *", "0  0 1 1 *", "0 0 12 * * 30")
TEXTS = (
    "",
    "x",
    "s3://bucket/key",
    'it\'s "quoted"',
    "back\\slash \\n \\N{BULLET}",
    '"""',
    "'''",
    "a ${literal} {{b}} {c} %s",
    "tab\tand\r\nreturn",
    "bell\a, no-break\u00a0space, right-to-left\u202e, line\u2028separator",
    "emoji ☕🚀, 日本語, e\u0301",
    "# not a comment\n",
    "SELECT *\nFROM reports\nWHERE day = 'today'\n  AND name LIKE \"%x%\"  -- with a comment\nLIMIT 10\n",
    "w" * 300,
    "many words " * 40,
)
STRATEGIES = [
    f"{growth}{jitter}"
    for growth in ("EXPONENTIAL", "LINEAR", "FIXED")
    for jitter in ("", "_FULL_JITTER", "_EQUAL_JITTER")
]


@dataclass(frozen=True)
class RandomGraph:
    """A graph with its namespace and name."""

    namespace: str
    name: str
    body: Body
    """Return the body of its PUT."""


def random_graph(seed: int, *, namespace: str | None = None, name: str | None = None) -> RandomGraph:
    """Return the graph of this seed: always the same."""
    random = Random(seed)
    namespace = namespace or random.choice(NAMESPACES)
    nodes, secrets = _nodes(random)
    body: Body = {"nodes": nodes, "secrets": secrets}
    if random.random() < 0.6:
        body["retry_policy"] = _retry_policy(random)
    if random.random() < 0.6:
        body["store_config"] = _store_config(random)
    if random.random() < 0.6:
        expressions = random.sample(SCHEDULES, random.randint(0, 3))
        body["triggers"] = [{"type": "CRON", "value": {"expression": expression}} for expression in expressions]
    _unite(body, random)
    _refer(body, random)
    return RandomGraph(namespace, name or random.choice(NAMES), body)


def _nodes(random: Random) -> tuple[list[Body], dict[str, str]]:
    """Return a tree with a few more links, each from an earlier node to a later one; then shuffled."""
    kinds = [
        (namespace, node)
        for namespace in ("analytics", "shared")
        for node in NODES[namespace]
        if node["name"] != "Count"
    ]
    secrets = {name: _secret(random) for name in random.sample(SECRETS, random.randint(0, 3))}
    nodes: list[Body] = []
    for identifier in random.sample(IDENTIFIERS, random.randint(1, 8)):
        namespace, kind = random.choice(kinds)
        secrets.update({name: _secret(random) for name in kind["secrets"]})
        fields = [
            *kind["inputs_schema"]["properties"],
            *random.sample(("more", 'a "b" c', "ünï"), random.randint(0, 1)),
        ]
        inputs = {field: random.choice(TEXTS) for field in fields}
        nodes.append(
            {
                "node_name": kind["name"],
                "namespace": namespace,
                "identifier": identifier,
                "inputs": inputs,
                "next_nodes": [],
            }
        )
    for index, node in enumerate(nodes[1:], 1):
        before = random.sample(nodes[:index], min(index, random.choice((1, 1, 1, 2, 3))))
        for one in before:
            one["next_nodes"].append(node["identifier"])
    for node in nodes:
        random.shuffle(node["next_nodes"])
    random.shuffle(nodes)
    return nodes, secrets


def _secret(random: Random) -> str:
    """Return a value that occurs nowhere else."""
    return f"{random.choice(TEXTS)}{random.getrandbits(64):x}"


def _retry_policy(random: Random) -> Body:
    policy = {
        "max_retries": random.choice((0, 3, 7)),
        "strategy": random.choice(STRATEGIES),
        "backoff_factor": random.choice((1, 2000, 2**40)),
        "exponent": random.choice((1, 2, 3)),
        "max_delay": random.choice((None, 60_000)),
    }
    return {key: policy[key] for key in random.sample(sorted(policy), random.randint(0, len(policy)))}


def _store_config(random: Random) -> Body:
    return {
        "required_keys": random.sample(("cursor", "batch id", "ü"), random.randint(0, 2)),
        "default_values": {
            key: random.choice(TEXTS) for key in random.sample(("lang", "size", "☕"), random.randint(0, 2))
        },
    }


def _unite(body: Body, random: Random) -> None:
    """Make some nodes unite, if the rules allow it."""
    for index, node in enumerate(body["nodes"]):
        if random.random() < 0.3:
            target = random.choice(body["nodes"])["identifier"]
            strategy = random.choice(("ALL_SUCCESS", "ALL_DONE"))
            _keep_if_valid(body, index, {**node, "unites": {"identifier": target, "strategy": strategy}})


def _refer(body: Body, random: Random) -> None:
    """Make some inputs refer to other nodes and to the store, if the rules allow it."""
    outputs = {
        (namespace, node["name"]): [
            field for field, schema in node["outputs_schema"]["properties"].items() if schema["type"] == "string"
        ]
        for namespace, nodes in NODES.items()
        for node in nodes
    }
    store = body.get("store_config", {})
    keys = [*store.get("required_keys", ()), *store.get("default_values", ())]
    for index, node in enumerate(body["nodes"]):
        for field in node["inputs"]:
            other = random.choice(body["nodes"])
            output = random.choice(outputs[other["namespace"], other["node_name"]])
            reference = f"{other['identifier']}.outputs.{output}"
            if keys and random.random() < 0.3:
                reference = f"store.{random.choice(keys)}"
            value = random.choice(("${{%s}}", "${{ %s }}", "before ${{ %s }} after\n${{ %s }}")).replace(
                "%s", reference
            )
            _keep_if_valid(
                body, index, {**body["nodes"][index], "inputs": {**body["nodes"][index]["inputs"], field: value}}
            )


def _keep_if_valid(body: Body, index: int, node: Body) -> None:
    changed = copy.deepcopy(body)
    changed["nodes"][index] = node
    if not template.body_faults(changed):
        body["nodes"][index] = node
