"""The event log in the operator's home: lags now and before, and a person's events."""

from datetime import timedelta

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import record_sign_up
from apps.console.event_log import lag_reading, measured_lags, moments_of
from apps.console.selectors import window_of
from apps.console.types import Person, Tone
from apps.events.models import ConsumerCursor
from apps.events.selectors import events_about
from apps.kernel import context
from apps.kernel.clock import now
from tests.apps.console.conftest import write_sample

pytestmark = pytest.mark.django_db


def test_lags_are_measured() -> None:
    ConsumerCursor.objects.create(name="tests")

    told = {each.series for each in measured_lags(now() - timedelta(seconds=15), now())}

    assert told == {
        "events.lag_seconds.tests",
        "events.lag_events.tests",
        "events.horizon_seconds",
    }


@pytest.mark.parametrize(("behind", "text"), [(0, "up to date"), (1200, "1,200 behind")])
def test_lags_are_drawn(behind: int, text: str) -> None:
    window = window_of("1h")
    write_sample("events.lag_seconds.webhooks", window.until, 12)
    write_sample("events.lag_events.webhooks", window.until, behind)
    write_sample("events.horizon_seconds", window.until, 30)

    reading = lag_reading(window)

    figures = {figure.label: figure for figure in reading.figures}
    assert figures["webhooks"].text == text
    assert figures["Oldest writer"].tone is Tone.WARN
    lines = {line.label: line.points for line in reading.series}
    assert lines["webhooks"][-1] == 12


def test_consumer_that_stopped_is_told_with_its_cause() -> None:
    ConsumerCursor.objects.create(name="webhooks", state="stopped", error="the cause")

    figures = {figure.label: figure for figure in lag_reading(window_of("1h")).figures}

    assert (figures["webhooks"].text, figures["webhooks"].note) == ("stopped", "the cause")
    assert figures["Oldest writer"].text == "not known"


def test_person_is_told_of_by_what_they_did_and_what_was_meant_for_them(
    owner: User, stranger: User, person: Person
) -> None:
    record_sign_up(user_id=owner.pk)
    with context.bound(context.Context(actor=str(owner.public_id))), transaction.atomic():
        record_sign_up(user_id=stranger.pk)

    moments = moments_of(person, None, 9)

    assert [moment.title for moment in moments] == ["accounts.user.signed_up"] * 2
    assert [moment.key for moment in moments] == sorted(
        (moment.key for moment in moments), reverse=True
    )


def test_topics_that_sections_tell_are_not_told_twice(owner: User, person: Person) -> None:
    record_sign_up(user_id=owner.pk)

    found = events_about(
        person.public_id, before=None, limit=9, without=["accounts.user.signed_up"]
    )

    assert found == []


def test_events_are_paged_by_their_key(owner: User, person: Person) -> None:
    for _ in range(3):
        record_sign_up(user_id=owner.pk)
    newest = moments_of(person, None, 2)

    rest = moments_of(person, newest[-1].key, 2)

    assert len(newest) == 2
    assert len(rest) == 1
