"""Publications of old days go whole, but never before they are read; connections go with them."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.events.models import ConsumerCursor
from apps.kernel.clock import now
from apps.realtime.models import PUBLICATION_PARTITIONS, Connection, Publication
from apps.realtime.services import maintain, number_events
from tests.factories.realtime import ConnectionFactory, begin_at_the_end, read_all, say
from tests.factories.webhooks import logged

pytestmark = pytest.mark.django_db(transaction=True)


def _publish(*, days_ago: int) -> None:
    """Publish something that was recorded so many days ago, on a day with a partition."""
    day = (now() - timedelta(days=days_ago)).date()
    PUBLICATION_PARTITIONS._create(day)
    event = logged(audience=("user:018f0000-0000-7000-8000-000000000000",))
    object.__setattr__(event, "recorded_at", now() - timedelta(days=days_ago))
    number_events([event])


def test_partitions_are_made_ahead() -> None:
    maintain()

    assert len(PUBLICATION_PARTITIONS.days()) >= 8


@pytest.fixture(autouse=True)
def nothing_published(transactional_db: None) -> None:
    """Start without publications: after other tests, unmanaged tables are not flushed."""
    Publication.objects.all().delete()


def test_days_past_retention_are_dropped_and_others_kept() -> None:
    begin_at_the_end()
    _publish(days_ago=9)
    _publish(days_ago=1)

    maintain()

    assert Publication.objects.count() == 1
    assert min(PUBLICATION_PARTITIONS.days()) == (now() - timedelta(days=1)).date()


def test_days_that_nobody_has_read_are_kept() -> None:
    begin_at_the_end()
    say("user:018f0000-0000-7000-8000-000000000000")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_log SET recorded_at = recorded_at - interval '20 days'")
    _publish(days_ago=9)

    maintain()
    kept = Publication.objects.count()
    read_all()
    ConsumerCursor.objects.filter(name="realtime").update(read_until=None)
    maintain()

    assert kept == 1
    assert not Publication.objects.filter(published_at__lt=now() - timedelta(days=5)).exists()


def test_connections_that_ended_long_ago_are_forgotten() -> None:
    ConnectionFactory.create(closed_at=now() - timedelta(days=30))
    recent = ConnectionFactory.create(closed_at=now() - timedelta(hours=1))
    is_open = ConnectionFactory.create()

    maintain()

    assert set(Connection.objects.all()) == {recent, is_open}


def test_connections_of_a_lost_node_are_noted_as_ended() -> None:
    lost, told_of = ConnectionFactory.create(), ConnectionFactory.create()
    Connection.objects.filter(pk=lost.pk).update(updated_at=now() - timedelta(hours=1))

    maintain()

    lost.refresh_from_db()
    told_of.refresh_from_db()
    assert (lost.close_reason, lost.close_code) == ("the node was lost", None)
    assert lost.closed_at is not None
    assert told_of.closed_at is None
