from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.resources.args import RetryStrategy
from pulumi_exosphere.review.retries import duration, retry_words
from pulumi_exosphere.review.text import plain
from pulumi_exosphere.review.values import SECRET, UNKNOWN


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        pytest.param({}, "up to 3, exponential: after 2 s, 4 s and 8 s", id="default"),
        pytest.param(
            {"exponent": "3", "backoff_factor": "500"},
            "up to 3, exponential: after 500 ms, 1.5 s and 4.5 s",
            id="exponent",
        ),
        pytest.param({"strategy": "LINEAR"}, "up to 3, linear: after 2 s, 4 s and 6 s", id="linear"),
        pytest.param({"strategy": "FIXED"}, "up to 3, fixed: after 2 s each", id="fixed"),
        pytest.param({"strategy": "FIXED", "max_retries": "1"}, "up to 1, fixed: after 2 s", id="once"),
        pytest.param(
            {"strategy": "EXPONENTIAL_FULL_JITTER"},
            "up to 3, exponential with full jitter: after up to 2 s, 4 s and 8 s",
            id="full-jitter",
        ),
        pytest.param(
            {"strategy": "LINEAR_EQUAL_JITTER"},
            "up to 3, linear with equal jitter: after 1 s to 2 s, 2 s to 4 s and 3 s to 6 s",
            id="equal-jitter",
        ),
        pytest.param(
            {"strategy": "EXPONENTIAL_EQUAL_JITTER", "max_delay": "3000"},
            "up to 3, exponential with equal jitter: after 1 s to 2 s, 2 s to 3 s and 3 s, at most 3 s",
            id="the-cap-comes-after-chance",
        ),
        pytest.param({"max_retries": "100"}, "up to 100, exponential: after 2 s, 4 s, 8 s, 16 s, 32 s, ...", id="many"),
        pytest.param({"max_retries": "0"}, "none", id="none"),
        pytest.param(
            {"max_retries": UNKNOWN},
            "max retries a value that is known only during the update, strategy `EXPONENTIAL`, "
            "backoff factor `2000`, exponent `2`",
            id="unknown",
        ),
        pytest.param(
            {"strategy": "OTHER", "max_delay": SECRET},
            "max retries `3`, strategy `OTHER`, backoff factor `2000`, exponent `2`, max delay `[secret]`",
            id="what-no-state-manager-takes",
        ),
    ],
)
def test_a_policy_is_shown_with_its_delays(policy: dict[str, str], said: str) -> None:
    """As the state manager calculates them."""
    assert plain(retry_words(policy)) == said


@pytest.mark.parametrize("strategy", list(RetryStrategy))
def test_every_strategy_is_known(strategy: RetryStrategy) -> None:
    """None is shown as its bare fields."""
    assert "after" in plain(retry_words({"strategy": strategy.value}))


@given(*[st.integers(0, 2**63 - 1).map(str)] * 4, st.sampled_from(list(RetryStrategy)))
def test_any_numbers_can_be_shown(retries: str, factor: str, exponent: str, cap: str, strategy: RetryStrategy) -> None:
    """Including the greatest that a state manager accepts, on one line."""
    policy = {"max_retries": retries, "backoff_factor": factor, "exponent": exponent, "max_delay": cap}
    assert len(plain(retry_words({**policy, "strategy": strategy.value}))) < 300


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [
        (0, "0 ms"),
        (1, "1 ms"),
        (1500, "1.5 s"),
        (60_000, "1 min"),
        (90_000, "1 min 30 s"),
        (3_601_000, "1 h"),
        (5_400_000, "1 h 30 min"),
        (86_400_000, "1 d"),
        (2**63, "more than a year"),
    ],
)
def test_a_time_is_shown_in_two_units_at_most(milliseconds: int, said: str) -> None:
    """Smaller units don't matter."""
    assert duration(milliseconds) == said
