from __future__ import annotations

import pytest

from pulumi_exosphere.review.attachments import Place, Places
from pulumi_exosphere.review.values import UNKNOWN

US, EU, UNSAID = (Place(address, "analytics/report") for address in ("https://us", "https://eu", ""))


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        pytest.param(US, US, True, id="same"),
        pytest.param(US, EU, False, id="other-state-manager"),
        pytest.param(US, Place("https://us", "analytics/other"), False, id="other-graph"),
        pytest.param(US, UNSAID, True, id="not-said"),
        pytest.param(US, US._replace(address=UNKNOWN), False, id="known-later"),
        pytest.param(UNSAID, Place("", None), False, id="no-id"),
    ],
)
def test_two_places_may_be_one(one: Place, other: Place, agrees: bool) -> None:
    """The order of the two doesn't matter."""
    assert (one.agrees(other), other.agrees(one)) == (agrees, agrees)


def test_the_address_that_is_meant_comes_first() -> None:
    """An unknown address comes second."""
    places: Places[str] = Places()
    places.put(UNSAID, "anywhere")
    places.put(US, "there")
    assert [places.get(place) for place in (US, EU, UNSAID)] == ["there", "anywhere", "anywhere"]
    assert places.get(Place("", "analytics/other")) is None
