"""Keys that a list holds twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pulumi_exosphere.spec.keys import free_key, repeated


@given(st.text(st.sampled_from("a (2)"), max_size=6), st.integers(1, 4))
def test_what_free_key_numbers_repeated_reads_back(key: str, times: int) -> None:
    """However often a key comes, each is kept, and all but the first are told to repeat one that is there."""
    taken: list[str] = []
    for _ in range(times):
        taken.append(free_key(key, taken))
    assert len(set(taken)) == times
    assert taken[0] == key
    assert all(repeated(one, taken) in taken for one in taken[1:])
