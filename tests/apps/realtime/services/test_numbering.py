"""Numbers of publications: contiguous, taken once, and never taken again by a replay."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from apps.events.types import LoggedEvent
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime.models import PUBLICATION_PARTITIONS, Channel, Publication
from apps.realtime.services import number_events
from tests.factories.webhooks import logged

pytestmark = pytest.mark.django_db


def _numbers(channel: str) -> list[int]:
    rows = Publication.objects.filter(channel__name=channel).order_by("offset")
    return list(rows.values_list("offset", flat=True))


def test_each_event_gets_the_next_number_on_every_channel_of_its_audience() -> None:
    hers, house = f"user:{new_id()}", f"building:{new_id()}"

    published = number_events(
        [logged(audience=(hers,)), logged(audience=(house, hers)), logged(audience=(house,))]
    )

    assert [(each.channel, each.offset) for each in published] == [
        (hers, 1),
        (f"room:{house}", 1),
        (hers, 2),
        (f"room:{house}", 2),
    ]
    assert _numbers(hers) == _numbers(f"room:{house}") == [1, 2]
    assert set(Channel.objects.values_list("top", flat=True)) == {2}


def test_numbers_go_on_where_the_batch_before_ended() -> None:
    hers = f"user:{new_id()}"
    number_events([logged(audience=(hers,)), logged(audience=(hers,))])

    (third,) = number_events([logged(audience=(hers,))])

    assert third.offset == 3
    assert _numbers(hers) == [1, 2, 3]


def test_scopes_that_are_no_room_are_not_published() -> None:
    assert number_events([logged(audience=()), logged(audience=(f"about:{new_id()}",))]) == []
    assert not Channel.objects.exists()


def test_replay_publishes_nothing_and_takes_no_number() -> None:
    hers = f"user:{new_id()}"
    events = [logged(audience=(hers,)) for _ in range(3)]
    number_events(events)

    again = number_events([*events, fresh := logged(audience=(hers,))])

    assert [(each.event_id, each.offset) for each in again] == [(fresh.event_id, 4)]
    assert _numbers(hers) == [1, 2, 3, 4]


def test_batch_that_is_rolled_back_leaves_no_gap() -> None:
    hers = f"user:{new_id()}"
    number_events([logged(audience=(hers,))])
    with transaction.atomic():
        number_events([logged(audience=(hers,))])
        transaction.set_rollback(True)

    number_events([logged(audience=(hers,))])

    assert _numbers(hers) == [1, 2]


def test_replay_of_a_day_that_is_no_longer_kept_publishes_nothing() -> None:
    PUBLICATION_PARTITIONS.ensure(days_ahead=0)
    hers = f"user:{new_id()}"

    assert number_events([_aged(hers, days=40)]) == []
    assert len(number_events([_aged(hers, days=1)])) == 1


def test_without_partitions_late_events_of_kept_days_are_numbered() -> None:
    hers = f"user:{new_id()}"

    assert len(number_events([_aged(hers, days=2), logged(audience=(hers,))])) == 2


def _aged(scope: str, *, days: int) -> LoggedEvent:
    return replace(logged(audience=(scope,)), recorded_at=now() - timedelta(days=days))
