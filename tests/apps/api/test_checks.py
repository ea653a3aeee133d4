"""A middleware that the lane does not know closes it, which a check tells."""

import pytest
from pytest_django import Settings

from apps.api.checks import lane_can_answer

pytestmark = pytest.mark.urls("config.urls")


def test_strange_middleware_is_told(settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "somebody.else"]

    (message,) = lane_can_answer(None)

    assert message.id == "api.W001"
    assert "somebody.else" in message.msg
