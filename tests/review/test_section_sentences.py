from __future__ import annotations

from typing import Any

import pytest

from tests.review.documents import UNKNOWN, graph, sentences

NIGHTLY = {"0 3 * * *": {"type": "CRON"}}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param({}, {"secret_revisions": {"k": "1"}}, "new secret `k`", id="secret-added"),
        pytest.param({"secret_revisions": {"k": "1"}}, {}, "secret `k` is removed", id="secret-removed"),
        pytest.param(
            {"secret_revisions": {"k": "1"}},
            {"secret_revisions": {"k": "2"}},
            "secret `k` gets another value (revision `2`)",
            id="secret-rotated",
        ),
        pytest.param(
            {"secret_revisions": {"k": "1"}},
            {"secret_revisions": {"k": UNKNOWN}},
            "whether secret `k` changes is only known during the update",
            id="secret-unknown",
        ),
        pytest.param(
            {"secret_revisions": {"k": "added outside Pulumi"}},
            {},
            "secret `k`, which was added outside Pulumi, is removed",
            id="secret-of-somebody-else",
        ),
        pytest.param(
            {"secret_revisions": {"k": "1, removed outside Pulumi"}},
            {"secret_revisions": {"k": "1"}},
            "secret `k` gets the program's value again: it was removed outside Pulumi",
            id="secret-comes-back",
        ),
        pytest.param(
            {},
            {"secrets": UNKNOWN},
            "the names of the secrets are only known during the update, so this can't say which ones change",
            id="secrets-unknown",
        ),
        pytest.param(
            {"retry_policy": {"max_retries": 3}},
            {"retry_policy": {"max_retries": 0}},
            "retries are now none: a node that fails has failed; were up to 3, exponential: after 2 s, 4 s and 8 s",
            id="retries-changed",
        ),
        pytest.param(
            {"retry_policy": {"max_retries": 1}},
            {},
            "retries go back to the default: up to 3, exponential: after 2 s, 4 s and 8 s",
            id="retries-no-longer-managed",
        ),
        pytest.param(
            {},
            {"store_config": {"required_keys": ["cursor"]}},
            "a run now has to be given the store's `cursor`",
            id="store-key-required",
        ),
        pytest.param(
            {"store_config": {"required_keys": ["cursor"]}},
            {"store_config": {}},
            "a run no longer has to be given the store's `cursor`",
            id="store-key-not-required",
        ),
        pytest.param(
            {"store_config": {"default_values": {"a": "1"}}},
            {"store_config": {"default_values": {"a": "2"}}},
            "the store's `a` starts as `2`, was `1`",
            id="store-default",
        ),
        pytest.param(
            {"store_config": {"default_values": {"a": "1"}}},
            {"store_config": {}},
            "the store's `a` has no default any more",
            id="store-default-removed",
        ),
        pytest.param(
            {"store_config": {"required_keys": ["a"]}},
            {},
            "the store's configuration goes back to the default: no keys",
            id="store-no-longer-managed",
        ),
        pytest.param(
            {},
            {"triggers": NIGHTLY},
            "new schedule `0 3 * * *`: At 03:00; next Tue 6 Jan 03:00, Wed 7 Jan 03:00, Thu 8 Jan 03:00",
            id="schedule-added",
        ),
        pytest.param({"triggers": NIGHTLY}, {"triggers": {}}, "schedule `0 3 * * *` is removed", id="schedule-removed"),
        pytest.param(
            {},
            {"triggers": {"unknown expression 1": {"type": "CRON"}}},
            "a schedule is only known during the update",
            id="schedule-unknown",
        ),
        pytest.param(
            {"validation_status": "INVALID"},
            {"validation_status": "VALID"},
            "the live graph is `INVALID`, so that it can't run; it is sent again",
            id="invalid",
        ),
        pytest.param(
            {"state_manager": "https://old"},
            {"state_manager": "https://new"},
            "goes to the state manager at `https://new`; the graph at `https://old` is left there, and isn't retired",
            id="moved",
        ),
        pytest.param(
            {"connection": {"uri": "a", "api_key": "[secret]"}, "adopt": True},
            {"connection": {"uri": "b", "api_key": "[secret]"}},
            "the resource's `adopt` and `connection` change, which by itself sends nothing",
            id="settings",
        ),
    ],
)
def test_what_changes_is_said_in_words(old: dict[str, Any], new: dict[str, Any], said: str) -> None:
    """One sentence, without values of secrets or connections."""
    assert sentences(graph(**old), graph(**new)) == [said]


def test_a_schedule_beside_one_that_is_not_known_yet_may_stay() -> None:
    """The expression may turn out to be the one that was there."""
    unknown = {"unknown expression 1": {"type": "CRON"}}
    assert sentences(graph(triggers=NIGHTLY), graph(triggers=unknown)) == [
        "a schedule is only known during the update",
        "whether schedule `0 3 * * *` stays is only known during the update",
    ]


def test_the_placeholder_of_an_unknown_expression_is_the_programs() -> None:
    """The key that stands in state is the one that the resources write."""
    from pulumi_exosphere.template.sections import is_unknown_expression, unknown_expression

    assert is_unknown_expression(unknown_expression(7))
    assert not is_unknown_expression("0 3 * * *")
