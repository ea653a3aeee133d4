"""Pushes for pictures: what three phones of one building might have got."""

from __future__ import annotations

from typing import Any

import orjson

from devstack.push.journal import Push, Service

_LAMP = {"title": "The lamp flickers", "body": "Eli Example: the new lens comes on Tuesday."}
_HEBREW = {"title": "בקשת תחזוקה חדשה", "body": "\u2068Dana Demo\u2069: הדלת חורקת מאז הסערה."}
_IPHONE, _PIXEL = "a1b2c3d4e5f60718" * 4, "fcm-token-of-a-pixel"
_BROWSER = "mI7hP0aJt5sBq2xWkEvZ9A"


def pushes() -> list[Push]:
    """Return new ones, oldest first."""
    return [
        _apns({"alert": _LAMP}, {"apns-collapse-id": "request-7"}),
        _apns({"content-available": 1}, {"apns-priority": "5"}),
        _apns({"alert": _HEBREW}, {}),
        _fcm({"notification": _LAMP}),
        _fcm({"notification": _HEBREW}),
        _fcm({"notification": {"title": "The door squeaks", "body": "Who reads this?"}}, gone=True),
        _web_push(_LAMP, {"lang": "en", "dir": "ltr"}),
        _web_push(_HEBREW, {"lang": "he", "dir": "rtl"}),
    ]


def _apns(aps: dict[str, Any], headers: dict[str, str]) -> Push:
    return _push("apns", _IPHONE, {"aps": aps}, {"apns-priority": "10", **headers})


def _fcm(message: dict[str, Any], *, gone: bool = False) -> Push:
    push = _push("fcm", _PIXEL, {"message": {**message, "android": {"priority": "high"}}}, {})
    if gone:
        push.token, push.status, push.code = "an-old-phone", 404, "UNREGISTERED"
    return push


def _web_push(words: dict[str, str], language: dict[str, str]) -> Push:
    notification = {**words, **language, "navigate": "/"}
    return _push("web_push", _BROWSER, {"notification": notification}, {"Urgency": "high"})


def _push(service: Service, token: str, payload: Any, headers: dict[str, str]) -> Push:
    body = orjson.dumps(payload)
    return Push(
        service=service, token=token, status=200, code="", id="", headers=headers, body=body
    )
