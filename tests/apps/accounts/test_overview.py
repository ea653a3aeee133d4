"""Sign-ins and sign-ups are counted in the time they happened, and told."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts.overview import measured_sign_ins, sign_ins_reading
from apps.console.selectors import window_of
from apps.kernel.clock import now
from tests.factories.accounts import SessionFactory

pytestmark = pytest.mark.django_db


def test_only_what_began_in_the_time_is_counted() -> None:
    since = now()
    SessionFactory.create()
    until = now() + timedelta(milliseconds=2)

    told = {each.series: each.value for each in measured_sign_ins(since, until)}
    later = {
        each.series: each.value for each in measured_sign_ins(until, until + timedelta(seconds=9))
    }

    assert told == {"accounts.sign_ins": 1, "accounts.sign_ups": 1}
    assert later == {"accounts.sign_ins": 0, "accounts.sign_ups": 0}


def test_sign_ins_are_told() -> None:
    window = window_of("1h")
    missing = sign_ins_reading(window).missing
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, 4)",
            ["accounts.sign_ins", window.until],
        )

    reading = sign_ins_reading(window)

    assert "worker" in missing
    assert reading.figures[0].text == "4"
    assert reading.series[0].points[-1] == 4
