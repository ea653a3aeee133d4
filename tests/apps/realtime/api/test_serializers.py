"""What servers may send, and how messages look to them."""

from typing import Any

import pytest

from apps.kernel.ids import new_id
from apps.realtime.api.serializers import BroadcastIn, DisconnectIn, MessageIn, PublicationOut
from apps.realtime.wire import publication_of
from tests.factories.webhooks import logged

USER = "018f0000-0000-7000-8000-00000000abcd"


@pytest.mark.parametrize(
    ("serializer", "body", "wrong"),
    [
        (MessageIn, {"data": {}}, "channel"),
        (MessageIn, {"channel": "user:1", "data": "text"}, "data"),
        (MessageIn, {"channel": "user:1", "data": {}, "user": "x"}, "user"),
        (MessageIn, {"channel": "u" * 161, "data": {}}, "channel"),
        (BroadcastIn, {"channels": [], "data": {}}, "channels"),
        (BroadcastIn, {"channels": ["user:1"] * 101, "data": {}}, "channels"),
        (DisconnectIn, {"user": "nobody"}, "user"),
        (DisconnectIn, {"user": USER, "code": "3503"}, "code"),
        (DisconnectIn, {"user": USER, "reason": "x" * 101}, "reason"),
    ],
)
def test_unacceptable_input_is_named(serializer: Any, body: dict[str, Any], wrong: str) -> None:
    parsed = serializer(data=body)

    assert not parsed.is_valid()
    assert set(parsed.errors) == {wrong}


def test_disconnecting_is_final_unless_said_otherwise() -> None:
    parsed = DisconnectIn(data={"user": USER})

    assert parsed.is_valid()
    assert parsed.validated_data["code"] == 3503


def test_message_is_shown_as_clients_were_handed_it() -> None:
    event = logged("realtime.message.published", publisher_id=None, data={"floor": 3})
    publication = publication_of(event, channel=f"user:{new_id()}", epoch="a", offset=7)

    shown: Any = PublicationOut(publication).data

    assert (shown["offset"], shown["data"]) == (7, {"floor": 3})
