"""The recorded answers of a real state manager decide: the same is rejected, accepted, and validated alike."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from pulumi_exosphere.local.bodies import GraphBody
from pulumi_exosphere.template import body_faults, cron, from_document, judge, judged_by_previous, normalise, to_body
from pulumi_exosphere.template.registered_nodes import findings
from tests.template.programs import as_props, given_twice, unwritable
from tests.template.recorded import CASES, SEQUENCES, as_recorded, as_set, by_identifier, registered

STEPS = [step for sequence in SEQUENCES for step in sequence["steps"]]


def locations(body: dict[str, Any]) -> set[str]:
    """Return the locations at which the shape of a body is wrong."""
    try:
        GraphBody.model_validate(body)
    except ValidationError as error:
        return {".".join(map(str, one["loc"])) for one in error.errors(include_input=False)}
    return set()


def stored(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body as the state manager stores it."""
    return GraphBody.model_validate(body).model_dump()


def validation(document: dict[str, Any], index: dict[str, Any] | None) -> list[dict[str, str]]:
    """Return the errors that background validation finds in a stored document."""
    found = [as_recorded(one) for one in findings(by_identifier(document), document["secrets"], registered, index)]
    expressions = [trigger["value"]["expression"] for trigger in document["triggers"]]
    if not found and any(cron.never_fires(expression) for expression in expressions):
        return [{"kind": "cron_never_fires"}]
    return found


def test_nothing_recorded_is_missing() -> None:
    """All 500 cases and 80 sequences are replayed."""
    assert (len(CASES), len(SEQUENCES)) == (500, 80)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']}-{case['mutation']}")
def test_shape_and_rules(case: dict[str, Any]) -> None:
    """A body is rejected for its shape at the recorded places, for the recorded rules, or not at all."""
    assert locations(case["body"]) == set(case.get("locations", ()))
    if case["status"] == 422:
        return
    broken = {fault.rule for fault in body_faults(stored(case["body"]))}
    assert broken == set(case.get("rules", ()))
    assert bool(broken) == (case["status"] == 400)


@pytest.mark.parametrize("case", [case for case in CASES if case["status"] == 201], ids=lambda case: case["case"])
def test_validation(case: dict[str, Any]) -> None:
    """An accepted body is stored as recorded, and its validation has the recorded result."""
    document = stored(case["body"])
    found = validation(document, None)
    assert as_set(found) == as_set(case["validation_errors"])
    assert (case["validation_status"] == "VALID") == (not found)
    secrets = document.pop("secrets")
    assert {**document, "secret_names": sorted(secrets)} == case["stored"]


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda sequence: sequence["case"])
def test_sequences(sequence: dict[str, Any]) -> None:
    """Updates are validated against the previous version's nodes; it is known beforehand if that makes a difference."""
    index: dict[str, Any] | None = None
    for step in sequence["steps"]:
        document = stored(step["body"])
        broken = {fault.rule for fault in body_faults(document, update=index is not None)}
        assert broken == set(step.get("rules", ()))
        assert bool(broken) == (step["status"] == 400)
        if broken:
            continue
        found = validation(document, index)
        assert as_set(found) == as_set(step["validation_errors"])
        sent_again = validation(document, by_identifier(document))
        assert judged_by_previous(index, by_identifier(document)) == (as_set(found) != as_set(sent_again))
        index = by_identifier(document)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not unwritable(case["body"])],
    ids=lambda case: f"{case['case']}-{case['mutation']}",
)
def test_judge(case: dict[str, Any]) -> None:
    """Whatever a program can write is rejected or accepted as recorded, with the recorded rules among the problems.

    Two differences are intended: a schedule that never fires is rejected, and so is one that is given twice.
    """
    inputs = normalise(as_props(case["case"], case["body"]))
    faults = judge(inputs)
    never = as_set(case.get("validation_errors", ())) == as_set([{"kind": "cron_never_fires"}])
    assert bool(faults) == (case["status"] != 201 or never or given_twice(case["body"])), faults
    assert {fault.rule for fault in faults} >= set(case.get("rules", ()))
    if not faults:
        body = to_body(inputs)
        assert not locations(body)
        assert not body_faults(stored(body))
        document = {"name": inputs["name"], "namespace": inputs["namespace"], **stored(body)}
        assert from_document(document) == from_document({**document, **case["stored"], "secrets": body["secrets"]})


def test_few_cases_can_not_be_written_as_inputs() -> None:
    """A program can't write nulls, nodes and triggers without their key, or nodes without namespace or inputs."""
    reasons = Counter(filter(None, (unwritable(case["body"]) for case in CASES)))
    assert reasons == {
        "a section that is null isn't given": 8,
        "a node's identifier is its key": 4,
        "a node that gives no namespace is in the graph's": 3,
        "a node that gives no inputs has none": 5,
        "a trigger that gives no type is a CRON": 1,
        "a trigger's expression is its key": 1,
        "what is null in a section is its default": 6,
    }
