"""Events as the log holds them, channels and connections that read well in tests."""

from typing import Any

import factory
from django.db import connection, transaction
from factory.django import DjangoModelFactory

from apps.events.models import ConsumerCursor
from apps.events.ports import Consumer
from apps.events.selectors import latest_events
from apps.events.services import advance, announce
from apps.events.types import Cursor
from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.realtime.consumer import RealtimeConsumer
from apps.realtime.events import MessagePublished
from apps.realtime.models import Channel, Connection
from apps.realtime.services import number_events
from apps.realtime.types import Publication, Transport
from tests.factories.accounts import UserFactory


class ChannelFactory(DjangoModelFactory[Channel]):
    """The channel of somebody, with nothing published on it."""

    class Meta:
        model = Channel

    name = factory.LazyFunction(lambda: f"user:{new_id()}")


class ConnectionFactory(DjangoModelFactory[Connection]):
    """A WebSocket that is open now."""

    class Meta:
        model = Connection

    user = factory.SubFactory(UserFactory)
    session_id = factory.LazyFunction(new_id)
    node = "node-a"
    transport = Transport.WEBSOCKET
    client_name = "js"
    client_version = "5.0"
    opened_at = factory.LazyFunction(clock.now)


def say(*scopes: str, count: int = 1, **data: Any) -> None:
    """Announce messages to these scopes, in one transaction."""
    with transaction.atomic():
        for number in range(count):
            announce(
                MessagePublished(
                    audience=scopes, publisher_id=None, data={"number": number, **data}
                )
            )


def publish(channel: str, *, count: int = 1, **data: Any) -> None:
    """Publish messages on a channel, and let the consumer pass them on."""
    say(channel.removeprefix("room:"), count=count, **data)
    read_all()


def begin_at_the_end(consumer: Consumer | None = None) -> Cursor:
    """Let a consumer, else the one of realtime, read from the present end of the log on.

    Returns that place.
    """
    consumer = consumer or RealtimeConsumer()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xid, position FROM events_log ORDER BY xid DESC, position DESC LIMIT 1"
        )
        end = Cursor(*(cursor.fetchone() or (0, 0)))
    ConsumerCursor.objects.update_or_create(
        name=consumer.name,
        defaults={"xid": end.xid, "position": end.position, "read_until": None},
    )
    return end


def read_all(consumer: Consumer | None = None) -> None:
    """Let a consumer, else the one of realtime, take in whatever it may, also what it waits for."""
    consumer = consumer or RealtimeConsumer()
    while (progress := advance(consumer)).read or progress.waits_for_horizon:
        pass


def number_all() -> list[Publication]:
    """Number what the log holds, also what the test's own transaction has written."""
    return number_events(latest_events(limit=1000))
