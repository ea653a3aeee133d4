"""A source that fails rests, and operators see it."""

import pytest

from apps.media import breakers, selectors
from apps.media.types import Origin

ORIGIN = Origin("https", "images.test", 443)


def test_each_origin_has_one_breaker() -> None:
    assert breakers.breaker_of(ORIGIN) is breakers.breaker_of(Origin("https", "images.test", 443))
    assert breakers.breaker_of(ORIGIN) is not breakers.breaker_of(Origin("https", "b.test", 443))


@pytest.mark.django_db
def test_operators_see_who_rests() -> None:
    breakers.tell_if_resting(ORIGIN)
    assert not selectors.is_left_alone(ORIGIN)

    for _ in range(breakers.FAILURES):
        breakers.breaker_of(ORIGIN).failed()
    breakers.tell_if_resting(ORIGIN)

    assert selectors.is_left_alone(ORIGIN)
    assert breakers.resting() == {ORIGIN: True}
