"""A process takes so many bodies at once, and asks the others to come again."""

import pytest
from pytest_django import Settings

from apps.files.errors import TooManyBodies
from apps.files.intake import Intake


def test_one_too_many_is_asked_to_come_again(settings: Settings) -> None:
    settings.FILES_BODIES_AT_ONCE = 2
    intake = Intake()

    with intake.one_more(), intake.one_more():
        with pytest.raises(TooManyBodies) as refused, intake.one_more():
            pass
        assert refused.value.headers == {"Retry-After": "1"}

    with intake.one_more():
        assert intake.taken == 1


def test_body_that_fails_makes_room(settings: Settings) -> None:
    settings.FILES_BODIES_AT_ONCE = 1
    intake = Intake()

    with pytest.raises(OSError, match="gone"), intake.one_more():
        raise OSError("gone")

    assert intake.taken == 0
