"""Each service's payload is drawn as its phone would draw it, in the direction of its text."""

import json
from typing import Any

import pytest

from devstack.push.journal import Push, Service
from devstack.push.showing import direction_of, shown

HEBREW = "בקשה חדשה"


def _push(service: Service, payload: dict[str, Any], **headers: str) -> Push:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(payload).encode()
    return Push(service=service, token="t", status=200, code="", id="1", headers=told, body=body)


def test_android_shows_the_part_that_is_for_android() -> None:
    message = {
        "notification": {"title": "All", "body": "Everybody"},
        "android": {
            "notification": {"title": "Android"},
            "collapse_key": "one",
            "priority": "HIGH",
        },
        "data": {"url": "/one"},
    }

    drawn = shown(_push("fcm", {"message": message}))

    assert (drawn["title"], drawn["body"], drawn["url"]) == ("Android", "Everybody", "/one")
    assert (drawn["platform"], drawn["collapse"], drawn["urgency"]) == ("android", "one", "high")


@pytest.mark.parametrize("alert", [{"body": "Hello"}, "Hello"])
def test_iphone_shows_an_alert_in_either_form(alert: Any) -> None:
    drawn = shown(_push("apns", {"aps": {"alert": alert}}, apns_priority="5"))

    assert (drawn["platform"], drawn["body"], drawn["urgency"]) == ("ios", "Hello", "normal")


def test_browser_shows_declarative_web_push() -> None:
    notification = {"title": HEBREW, "body": "x", "navigate": "/", "lang": "he", "dir": "rtl"}

    drawn = shown(_push("web_push", {"web_push": 8030, "notification": notification}, Topic="one"))

    assert (drawn["title"], drawn["direction"], drawn["language"]) == (HEBREW, "rtl", "he")
    assert (drawn["url"], drawn["collapse"]) == ("/", "one")


@pytest.mark.parametrize(
    ("service", "payload"),
    [
        ("fcm", {"message": {"data": {"a": "b"}}}),
        ("apns", {"aps": {"content-available": 1}}),
        ("web_push", {"data": {"a": "b"}}),
    ],
)
def test_push_without_words_is_silent(service: Service, payload: dict[str, Any]) -> None:
    assert shown(_push(service, payload))["is_silent"]


def test_what_only_a_browser_can_read_is_sealed() -> None:
    push = _push("web_push", {})
    push.opened = lambda body: None

    drawn = shown(push)

    assert (drawn["is_sealed"], drawn["is_silent"]) == (True, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", "ltr"),
        (HEBREW, "rtl"),
        ("42 " + HEBREW, "rtl"),
        (f"\u2068Dana\u2069 {HEBREW}", "rtl"),
        (f"\u2068{HEBREW}\u2069 wrote", "ltr"),
        ("42", "ltr"),
        ("", "ltr"),
    ],
)
def test_direction_is_the_first_letters_outside_of_isolates(text: str, expected: str) -> None:
    assert direction_of(text) == expected


@pytest.mark.parametrize("payload", [{}, {"aps": "x"}, {"aps": {"alert": None}}])
def test_odd_payload_is_drawn_as_what_it_is(payload: dict[str, Any]) -> None:
    assert shown(_push("apns", payload))["title"] == ""
