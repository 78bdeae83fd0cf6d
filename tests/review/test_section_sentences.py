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
            "secret `k` gets a new value (revision `2`)",
            id="secret-rotated",
        ),
        pytest.param(
            {"secret_revisions": {"k": "1"}},
            {"secret_revisions": {"k": UNKNOWN}},
            "whether secret `k` changes is known only during the update",
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
            "secret `k` is reset to the program's value: it was removed outside Pulumi",
            id="secret-comes-back",
        ),
        pytest.param(
            {},
            {"secrets": UNKNOWN},
            "the names of the secrets are known only during the update, so which of them change can't be shown",
            id="secrets-unknown",
        ),
        pytest.param(
            {"retry_policy": {"max_retries": 3}},
            {"retry_policy": {"max_retries": 0}},
            "retries are now none; were up to 3, exponential: after 2 s, 4 s and 8 s",
            id="retries-changed",
        ),
        pytest.param(
            {"retry_policy": {"max_retries": 1}},
            {},
            "retries are reset to the default: up to 3, exponential: after 2 s, 4 s and 8 s",
            id="retries-no-longer-managed",
        ),
        pytest.param(
            {},
            {"store_config": {"required_keys": ["cursor"]}},
            "runs now require the store key `cursor`",
            id="store-key-required",
        ),
        pytest.param(
            {"store_config": {"required_keys": ["cursor"]}},
            {"store_config": {}},
            "runs no longer require the store key `cursor`",
            id="store-key-not-required",
        ),
        pytest.param(
            {"store_config": {"default_values": {"a": "1"}}},
            {"store_config": {"default_values": {"a": "2"}}},
            "store key `a` now defaults to `2`, was `1`",
            id="store-default",
        ),
        pytest.param(
            {"store_config": {"default_values": {"a": "1"}}},
            {"store_config": {}},
            "store key `a` no longer has a default",
            id="store-default-removed",
        ),
        pytest.param(
            {"store_config": {"required_keys": ["a"]}},
            {},
            "the store is reset to the default: no keys",
            id="store-no-longer-managed",
        ),
        pytest.param(
            {},
            {"triggers": NIGHTLY},
            "new schedule `0 3 * * *`: at 03:00 every day; next Tue 6 Jan 03:00, Wed 7 Jan 03:00, Thu 8 Jan 03:00",
            id="schedule-added",
        ),
        pytest.param(
            {"triggers": NIGHTLY},
            {"triggers": {}},
            "schedule `0 3 * * *` (at 03:00 every day) is removed",
            id="schedule-removed",
        ),
        pytest.param(
            {"triggers": NIGHTLY},
            {"triggers": {"0 9 * * 1-5": {"type": "CRON"}}},
            "a schedule changes: was `0 3 * * *` (at 03:00 every day), is now `0 9 * * 1-5`: at 09:00, Monday through "
            "Friday; next Mon 5 Jan 09:00, Tue 6 Jan 09:00, Wed 7 Jan 09:00",
            id="schedule-changed",
        ),
        pytest.param(
            {"retry_policy": {"max_retries": 0, "exponent": 2}},
            {"retry_policy": {"max_retries": 0, "exponent": 3}},
            "retries are now exponent `3`; were exponent `2`",
            id="retries-that-read-alike",
        ),
        pytest.param(
            {},
            {"triggers": {"unknown expression 1": {"type": "CRON"}}},
            "a schedule is known only during the update",
            id="schedule-unknown",
        ),
        pytest.param(
            {"validation_status": "INVALID"},
            {"validation_status": "VALID"},
            "the live graph is `INVALID`, so it can't run; the update sends it again",
            id="invalid",
        ),
        pytest.param(
            {"state_manager": "https://old"},
            {"state_manager": "https://new"},
            "moves to the state manager at `https://new`; the graph at `https://old` stays there and isn't retired",
            id="moved",
        ),
        pytest.param(
            {"connection": {"uri": "a", "api_key": "[secret]"}, "adopt": True},
            {"connection": {"uri": "b", "api_key": "[secret]"}},
            "the resource's `adopt` and `connection` change, which alone sends nothing",
            id="settings",
        ),
    ],
)
def test_what_changes_is_described(old: dict[str, Any], new: dict[str, Any], said: str) -> None:
    """One sentence, without values of secrets or connections."""
    assert sentences(graph(**old), graph(**new)) == [said]


def test_of_several_schedules_those_removed_come_first() -> None:
    """Which of them replaces which other can't be known."""
    before, after = ({f"0 {hour} * * *": {"type": "CRON"} for hour in hours} for hours in ([1, 2], [3, 4]))
    found = sentences(graph(triggers=before), graph(triggers=after))
    assert [sentence.split(" (")[0].split(":")[0] for sentence in found] == [
        "schedule `0 1 * * *`",
        "schedule `0 2 * * *`",
        "new schedule `0 3 * * *`",
        "new schedule `0 4 * * *`",
    ]


def test_a_schedule_beside_one_that_is_not_known_yet_may_stay() -> None:
    """The expression may turn out to be the previous one."""
    unknown = {"unknown expression 1": {"type": "CRON"}}
    assert sentences(graph(triggers=NIGHTLY), graph(triggers=unknown)) == [
        "whether schedule `0 3 * * *` (at 03:00 every day) stays is known only during the update",
        "a schedule is known only during the update",
    ]


def test_the_placeholder_of_an_unknown_expression_is_the_programs() -> None:
    """The key in state is the one that the resources write."""
    from pulumi_exosphere.template.sections import is_unknown_expression, unknown_expression

    assert is_unknown_expression(unknown_expression(7))
    assert not is_unknown_expression("0 3 * * *")
