"""How realtime looks from outside: ``…In`` parses what servers send, ``…Out`` shows."""

from typing import Any

import orjson
from rest_framework import serializers

from apps.api.serializers import StrictSerializer
from apps.realtime.api import examples
from apps.realtime.types import Publication

MOST_CHANNELS = 100
MOST_PUBLICATIONS = 300
_LONGEST_NAME = 160


class DataField(serializers.DictField):
    """A message: a JSON object that is handed on as it is."""

    child = serializers.JSONField()


def _channel() -> serializers.CharField:
    return serializers.CharField(
        max_length=_LONGEST_NAME,
        help_text="`user:<id>` or `room:<kind>:<id>`, such as `room:building:<id>`.",
    )


@examples.message
class MessageIn(StrictSerializer):
    """A message for one channel."""

    channel = _channel()
    data = DataField(help_text="Handed to clients as it is; at most 16 KiB as JSON.")


@examples.broadcast
class BroadcastIn(StrictSerializer):
    """A message for several channels."""

    channels = serializers.ListField(
        child=_channel(), min_length=1, max_length=MOST_CHANNELS, help_text="Each once."
    )
    data = DataField(help_text="Handed to clients as it is; at most 16 KiB as JSON.")


@examples.published
class PublishedOut(StrictSerializer):
    """What became of a message: it is in the log, and reaches who is connected within moments."""

    event_id = serializers.UUIDField(help_text="Of the event; ask by it why it did not arrive.")


@examples.disconnect
class DisconnectIn(StrictSerializer):
    """Whose connections are to be closed, and how."""

    user = serializers.UUIDField()
    code = serializers.IntegerField(
        min_value=3000,
        max_value=4999,
        default=3503,
        help_text="Clients come back after 3000 to 3499 and 4000 to 4499; the others are final.",
    )
    reason = serializers.CharField(max_length=100, default="force disconnect")


class ClientOut(StrictSerializer):
    """A connection that is on a channel."""

    client = serializers.CharField(source="client_id")
    user = serializers.UUIDField(source="user_id")
    connected_at = serializers.DateTimeField()
    node = serializers.CharField()


@examples.presence
class PresenceOut(StrictSerializer):
    """Who is on a channel now."""

    channel = serializers.CharField()
    clients = ClientOut(many=True)
    user_count = serializers.IntegerField(help_text="People, however many devices they have.")


class PublicationOut(StrictSerializer):
    """One message on a channel, as clients are handed it."""

    offset = serializers.IntegerField()
    event_id = serializers.UUIDField()
    published_at = serializers.DateTimeField()
    data = serializers.SerializerMethodField()

    def get_data(self, publication: Publication) -> dict[str, Any]:
        """Return what clients are handed."""
        data: dict[str, Any] = orjson.loads(publication.data)
        return data


@examples.history
class HistoryOut(StrictSerializer):
    """What is kept of a channel after a place in it."""

    channel = serializers.CharField()
    epoch = serializers.CharField(help_text="The life of the channel's numbers.")
    offset = serializers.IntegerField(help_text="Of its latest message.")
    publications = PublicationOut(many=True)


class ChannelQuery(serializers.Serializer[None]):
    """Which channel is asked about."""

    channel = _channel()


class HistoryQuery(ChannelQuery):
    """Which part of a channel is asked for."""

    since_offset = serializers.IntegerField(
        min_value=0, max_value=2**63 - 1, required=False, help_text="Messages after this number."
    )
    count = serializers.IntegerField(min_value=1, max_value=MOST_PUBLICATIONS, default=100)
    newest_first = serializers.BooleanField(
        default=False, help_text="The newest first, or those before `since_offset`."
    )
