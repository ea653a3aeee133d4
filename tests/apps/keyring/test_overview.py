"""The keys' ages on the start page."""

from datetime import timedelta

import pytest

from apps.console.selectors import window_of
from apps.console.types import Tone
from apps.kernel.clock import now
from apps.keyring import services
from apps.keyring.models import Key
from apps.keyring.overview import ages_reading
from apps.keyring.types import Purpose

pytestmark = pytest.mark.django_db


def test_without_keys_it_says_when_there_will_be_one() -> None:
    Key.objects.all().delete()

    assert "first use" in ages_reading(window_of("1h")).missing


@pytest.mark.parametrize(
    ("days", "text", "tone"), [(0, "today", Tone.GOOD), (400, "400 d", Tone.WARN)]
)
def test_age_of_the_key_in_use_is_told(days: int, text: str, tone: Tone) -> None:
    services.sign(purpose=Purpose.SIGNED_URL, message=b"anything")
    activated = now() - timedelta(days=days)
    Key.objects.filter(purpose=Purpose.SIGNED_URL).update(activated_at=activated)

    figures = {figure.label: figure for figure in ages_reading(window_of("1h")).figures}

    figure = figures[Purpose.SIGNED_URL.label]
    assert (figure.text, figure.tone) == (text, tone)
    assert "0 retiring" in figure.note
