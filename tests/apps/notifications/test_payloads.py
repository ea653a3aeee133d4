"""What push services are sent is what their documents ask for."""

from datetime import timedelta

import orjson
import pytest

from apps.notifications.payloads import (
    apns_headers,
    apns_payload,
    collapse_key,
    is_reserved,
    web_push_headers,
    web_push_payload,
)
from apps.notifications.types import Content, Urgency
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


def test_push_without_collapse_id_takes_the_place_of_itself() -> None:
    parcel = parcel_of(SHOWN)

    notification = orjson.loads(web_push_payload(parcel))["notification"]

    assert apns_headers(parcel)["apns-collapse-id"] == REFERENCE.hex
    assert notification["tag"] == REFERENCE.hex
    assert web_push_headers(parcel, now=NOW)["Topic"] == REFERENCE.hex


def test_silent_push_takes_no_place_unless_told() -> None:
    assert "apns-collapse-id" not in apns_headers(parcel_of(SILENT))
    assert "Topic" not in web_push_headers(parcel_of(SILENT), now=NOW)
    assert apns_headers(parcel_of(SILENT, collapse_id="a"))["apns-collapse-id"] == "a"


def test_apns_payload_alerts_and_tells_the_app() -> None:
    assert orjson.loads(apns_payload(parcel_of(SHOWN))) == {
        **OURS,
        "aps": {
            "alert": {"title": "שלום", "body": "עולם"},
            "sound": "default",
            "mutable-content": 1,
        },
    }


def test_silent_apns_payload_wakes_the_app_at_low_priority() -> None:
    parcel = parcel_of(SILENT, urgency=Urgency.HIGH)

    assert orjson.loads(apns_payload(parcel))["aps"] == {"content-available": 1}
    # Apple refuses background pushes of priority 10.
    assert apns_headers(parcel)["apns-priority"] == "5"
    assert apns_headers(parcel)["apns-push-type"] == "background"


def test_web_push_is_declarative_and_says_its_direction() -> None:
    payload = orjson.loads(web_push_payload(parcel_of(SHOWN, collapse_id="lift-7")))

    assert payload == {
        "web_push": 8030,
        "notification": {
            "title": "שלום",
            "body": "עולם",
            "navigate": SHOWN.url,
            "lang": "he",
            "dir": "rtl",
            "tag": "lift-7",
            "data": OURS,
        },
    }


def test_silent_web_push_has_data_alone() -> None:
    payload = orjson.loads(web_push_payload(parcel_of(SILENT)))

    assert payload == {"data": {"request_id": "7", "delivery_id": str(REFERENCE)}}


def test_time_to_live_is_what_is_left_of_it() -> None:
    late = NOW + timedelta(minutes=59, seconds=59.5)

    assert web_push_headers(parcel_of(SHOWN), now=late)["TTL"] == "0"
    assert web_push_headers(parcel_of(SHOWN), now=NOW + timedelta(days=1))["TTL"] == "0"


@pytest.mark.parametrize("collapse_id", ["פנייה", "with space", "x" * 65, "line\nbreak"])
def test_collapse_id_fits_into_headers_whatever_it_is(collapse_id: str) -> None:
    headers = {
        **apns_headers(parcel_of(SHOWN, collapse_id=collapse_id)),
        **web_push_headers(parcel_of(SHOWN, collapse_id=collapse_id), now=NOW),
    }

    assert len(headers["apns-collapse-id"]) <= 64
    assert headers["apns-collapse-id"].isalnum()
    assert len(headers["Topic"]) == 32
    assert collapse_key(collapse_id) == collapse_key(collapse_id)


@pytest.mark.parametrize(
    "key", ["url", "delivery_id", "aps", "from", "google.x", "gcm", "message_type"]
)
def test_names_that_are_taken_are_known(key: str) -> None:
    assert is_reserved(key)
    assert not is_reserved(f"my_{key}")
