"""What a phone shows of a push: the same few words, whichever service brought it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from devstack.push.journal import Push

PLATFORMS = {"fcm": "android", "apns": "ios", "web_push": "web"}
_ISOLATES, _POP = "\u2066\u2067\u2068", "\u2069"
_RIGHT_TO_LEFT = {"R", "AL"}


def shown(push: Push) -> dict[str, Any]:
    """Return a push as the page draws it; "" for what it does not have."""
    payload = push.payload()
    words = _WORDS[push.service](payload if isinstance(payload, dict) else {}, push.headers)
    text = f"{words.get('title', '')}\n{words.get('body', '')}"
    return {
        "number": push.number,
        "at": datetime.fromtimestamp(push.at, UTC).isoformat(),
        "platform": PLATFORMS[push.service],
        "token": push.token,
        "sender": push.sender,
        "status": push.status,
        "code": push.code,
        "is_accepted": push.is_accepted,
        "is_sealed": payload is None,
        "is_silent": payload is not None and not text.strip(),
        "direction": words.get("dir") or direction_of(text),
        "title": "",
        "body": "",
        "language": "",
        "url": "",
        "image": "",
        "collapse": "",
        "urgency": "",
        **words,
        "headers": dict(push.headers),
        "payload": payload,
    }


def direction_of(text: str) -> str:
    """Return whether a text runs from the right, by its first strong letter (UAX #9, P2).

    What stands between isolates, such as a name of another script, does not decide.
    """
    depth = 0
    for letter in text:
        if letter in _ISOLATES:
            depth += 1
        elif letter == _POP:
            depth = max(0, depth - 1)
        elif depth == 0:
            kind = unicodedata.bidirectional(letter)
            if kind in _RIGHT_TO_LEFT:
                return "rtl"
            if kind == "L":
                return "ltr"
    return "ltr"


def _of_fcm(payload: Mapping[str, Any], _: Mapping[str, str]) -> dict[str, str]:
    message = _part(payload, "message")
    android = _part(message, "android")
    # The part for Android speaks before the one for all.
    notification = {**_part(message, "notification"), **_part(android, "notification")}
    return _told(
        title=notification.get("title"),
        body=notification.get("body"),
        image=notification.get("image"),
        url=_part(message, "data").get("url"),
        collapse=android.get("collapse_key"),
        urgency=str(android.get("priority", "normal")).lower(),
    )


def _of_apns(payload: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, str]:
    alert = _part(payload, "aps").get("alert")
    words = alert if isinstance(alert, dict) else {"body": alert}
    return _told(
        title=words.get("title"),
        body=words.get("body"),
        url=payload.get("url"),
        collapse=headers.get("apns-collapse-id"),
        urgency="high" if headers.get("apns-priority", "10") == "10" else "normal",
    )


def _of_web_push(payload: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, str]:
    # Declarative Web Push, or the same words at the top.
    notification = _part(payload, "notification") or payload
    return _told(
        title=notification.get("title"),
        body=notification.get("body"),
        image=notification.get("image"),
        url=notification.get("navigate") or notification.get("url"),
        language=notification.get("lang"),
        dir=notification.get("dir"),
        collapse=headers.get("Topic") or notification.get("tag"),
        urgency=headers.get("Urgency", "normal"),
    )


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _told(**words: Any) -> dict[str, str]:
    return {name: str(word) for name, word in words.items() if word}


_WORDS = {"fcm": _of_fcm, "apns": _of_apns, "web_push": _of_web_push}
