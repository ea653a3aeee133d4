"""FCM's messages: what Google's classes make of a parcel, each with its own words and device."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
import pytest

from apps.notifications import fcm_messages
from apps.notifications.fcm_messages import fcm_message
from apps.notifications.types import Address, Content, Parcel, PushService, Urgency
from tests.apps.notifications.contents import NOW, REFERENCE, parcel_of

SHOWN = Content(
    title="שלום",
    body="עולם",
    url="https://app.example/a",
    language="he",
    data={"request_id": "7"},
)
SILENT = Content(data={"request_id": "7"}, is_silent=True)
OURS = {"request_id": "7", "url": SHOWN.url, "delivery_id": str(REFERENCE)}


def _told(parcel: Parcel) -> dict[str, Any]:
    message: dict[str, Any] = orjson.loads(fcm_message(parcel, now=NOW))["message"]
    return message


def test_fcm_message_serves_android_ios_and_browsers() -> None:
    parcel = parcel_of(SHOWN, urgency=Urgency.HIGH, collapse_id="lift-7")

    message = _told(parcel)

    assert message == {
        "token": "token-1",
        "data": OURS,
        "notification": {"title": "שלום", "body": "עולם"},
        "android": {
            "collapse_key": "lift-7",
            "priority": "high",
            "ttl": "3600s",
            "notification": {"tag": "lift-7"},
        },
        "apns": {
            "headers": {
                "apns-push-type": "alert",
                "apns-priority": "10",
                "apns-expiration": str(int(parcel.expires_at.timestamp())),
                "apns-collapse-id": "lift-7",
            },
            "payload": {"aps": {"sound": "default", "mutable-content": 1}},
        },
        "webpush": {
            "headers": {"TTL": "3600", "Urgency": "high", "Topic": "lift-7"},
            "notification": {"dir": "rtl", "lang": "he", "tag": "lift-7"},
            "fcm_options": {"link": SHOWN.url},
        },
    }


def test_installation_id_takes_the_place_of_a_token() -> None:
    address = Address(service=PushService.FCM, token="old", fid="fid-1", registered_at=NOW)

    message = _told(parcel_of(SHOWN, address=address))

    assert message["fid"] == "fid-1"
    assert "token" not in message


def test_silent_fcm_message_has_data_alone() -> None:
    message = _told(parcel_of(SILENT))

    assert "notification" not in message
    assert message["data"] == {"request_id": "7", "delivery_id": str(REFERENCE)}
    assert message["apns"]["payload"] == {"aps": {"content-available": 1}}
    assert message["apns"]["headers"]["apns-push-type"] == "background"


def test_push_without_collapse_id_takes_the_place_of_itself() -> None:
    message = _told(parcel_of(SHOWN))

    assert message["apns"]["headers"]["apns-collapse-id"] == REFERENCE.hex
    assert message["android"]["notification"] == {"tag": REFERENCE.hex}
    assert "collapse_key" not in message["android"]
    assert message["webpush"]["headers"]["Topic"] == REFERENCE.hex
    assert message["webpush"]["notification"]["tag"] == REFERENCE.hex


@pytest.mark.parametrize(
    "content",
    [
        Content(title='"Quotes" and \\ backslashes', body="Lines\nand\ttabs \U0001f600"),
        Content(title="", body="Only a body"),
        Content(title=str(REFERENCE), body=REFERENCE.hex),
    ],
)
def test_words_arrive_as_they_are(content: Content) -> None:
    message = _told(parcel_of(content))

    assert message["notification"] == {"title": content.title, "body": content.body}


def test_messages_of_one_form_differ_in_words_device_and_reference() -> None:
    first, second = UUID(int=1), UUID(int=2)
    one = _told(parcel_of(Content(title="One", body="1"), reference=first, address=_device("a")))
    two = _told(parcel_of(Content(title="Two", body="2"), reference=second, address=_device("b")))

    assert (one["token"], two["token"]) == ("a", "b")
    assert (one["notification"]["title"], two["notification"]["title"]) == ("One", "Two")
    assert (one["notification"]["body"], two["notification"]["body"]) == ("1", "2")
    assert (one["data"]["delivery_id"], two["data"]["delivery_id"]) == (str(first), str(second))
    assert one["android"]["notification"]["tag"] == first.hex
    assert two["android"]["notification"]["tag"] == second.hex


@pytest.mark.parametrize(
    "other",
    [
        {"content": Content(title="One", url="https://app.example/b")},
        {"content": Content(title="One", language="he")},
        {"content": Content(title="One", data={"request_id": "8"})},
        {"content": Content(data={"request_id": "8"}, is_silent=True)},
        {"urgency": Urgency.HIGH},
        {"collapse_id": "lift-7"},
        {"expires_at": NOW.replace(year=2027)},
        {"address": Address(service=PushService.FCM, token="", fid="f", registered_at=NOW)},
    ],
    ids=("url", "language", "data", "silence", "urgency", "collapse_id", "expiry", "fid"),
)
def test_what_has_no_place_in_a_form_makes_another(other: Mapping[str, Any]) -> None:
    fields = {"content": Content(title="One"), **other}
    fcm_message(parcel_of(Content(title="One")), now=NOW)

    after_another = _told(parcel_of(**fields))
    fcm_messages._pieces.cache_clear()

    assert after_another == _told(parcel_of(**fields))


def test_time_to_live_is_counted_from_each_moment() -> None:
    fcm_message(parcel_of(SHOWN), now=NOW)

    later = orjson.loads(fcm_message(parcel_of(SHOWN), now=NOW.replace(minute=1)))["message"]

    assert later["android"]["ttl"] == "3540s"
    assert later["webpush"]["headers"]["TTL"] == "3540"


def _device(token: str) -> Address:
    return Address(service=PushService.FCM, token=token, registered_at=NOW)
