"""FCM's messages, made by Google's own classes, and once for all that differ in words and device.

Encoding one takes a tenth of a millisecond, a fifth of a push. So messages that are alike but for
words, device and reference share a form with places for these.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import orjson

from apps.kernel.ids import new_id
from apps.notifications.bidi import is_rtl
from apps.notifications.payloads import (
    apns_headers,
    collapse_key,
    data_of,
    tag_of,
    ttl_seconds,
    web_push_headers,
)
from apps.notifications.types import Parcel

REMEMBERED_FORMS = 256

# What stands in a form for what is each message's own: unknown to all, so that no text holds it.
_REFERENCE = new_id()
_TITLE, _BODY, _DEVICE = (new_id().hex for _ in range(3))
_PLACES = tuple(
    place.encode() for place in (str(_REFERENCE), _REFERENCE.hex, _TITLE, _BODY, _DEVICE)
)
_ANY_PLACE = re.compile(b"(" + b"|".join(_PLACES) + b")")


@dataclass(frozen=True)
class _Form:
    """What messages of one form have in common, and one of them."""

    common: tuple[Hashable, ...]
    example: Parcel = field(compare=False)
    now: datetime = field(compare=False)


def fcm_message(parcel: Parcel, *, now: datetime) -> bytes:
    """Return the body of FCM's ``messages:send``, as Google's own classes encode it.

    One message serves Android, and iOS and browsers that FCM reaches. The first call of a process
    takes half a second: it imports firebase_admin.
    """
    reference = str(parcel.reference)
    texts = (parcel.content.title, parcel.content.body, _device_of(parcel))
    told = (reference.encode(), reference.replace("-", "").encode(), *map(_inside, texts))
    own = dict(zip(_PLACES, told, strict=True))
    pieces = _pieces(_Form(_common(parcel, now), parcel, now))
    return b"".join([own.get(piece, piece) for piece in pieces])


def _common(parcel: Parcel, now: datetime) -> tuple[Hashable, ...]:
    """Return all that is told of a parcel without a place in a form."""
    content = parcel.content
    return (
        *(content.url, content.language, content.is_silent, tuple(content.data.items())),
        *(parcel.urgency, parcel.collapse_id, parcel.expires_at, ttl_seconds(parcel, now)),
        _is_by_fid(parcel),
    )


@lru_cache(REMEMBERED_FORMS)
def _pieces(form: _Form) -> tuple[bytes, ...]:
    """Return an encoded message, cut before and behind each of its places."""
    parcel = replace(
        form.example,
        reference=_REFERENCE,
        content=replace(form.example.content, title=_TITLE, body=_BODY),
    )
    message = _message(parcel, form.now)
    # Set here: the class warns of tokens, which are valid until the last app has moved.
    if _is_by_fid(parcel):
        message.fid = _DEVICE
    else:
        message.token = _DEVICE
    encoded = orjson.dumps({"message": _google().encoder.default(message)})
    return tuple(_ANY_PLACE.split(encoded))


def _is_by_fid(parcel: Parcel) -> bool:
    """Say whether a device has an installation id, which takes its token's place (R2 section 2)."""
    return parcel.address is not None and bool(parcel.address.fid)


def _device_of(parcel: Parcel) -> str:
    return (parcel.address.fid or parcel.address.token) if parcel.address else ""


def _inside(text: str) -> bytes:
    """Return a text as it stands between the quotes of JSON."""
    return orjson.dumps(text)[1:-1]


def _message(parcel: Parcel, now: datetime) -> Any:
    fcm = _google().words
    content = parcel.content
    is_silent = content.is_silent
    return fcm.Message(
        data=data_of(parcel),
        notification=None
        if is_silent
        else fcm.Notification(title=content.title, body=content.body),
        android=fcm.AndroidConfig(
            # Of senders alone: FCM keeps four of these per device.
            collapse_key=collapse_key(parcel.collapse_id) if parcel.collapse_id else None,
            priority=parcel.urgency.value,
            ttl=ttl_seconds(parcel, now),
            notification=None if is_silent else fcm.AndroidNotification(tag=tag_of(parcel)),
        ),
        apns=fcm.APNSConfig(
            headers=apns_headers(parcel),
            payload=fcm.APNSPayload(
                fcm.Aps(content_available=True)
                if is_silent
                else fcm.Aps(sound="default", mutable_content=True)
            ),
        ),
        webpush=_web(parcel, now),
    )


def _web(parcel: Parcel, now: datetime) -> Any:
    fcm = _google().words
    content = parcel.content
    notification = link = None
    if not content.is_silent:
        told = {"direction": "rtl", "language": content.language}
        notification = fcm.WebpushNotification(
            tag=tag_of(parcel), **(told if is_rtl(content.language) else {})
        )
    # FCM refuses any other address; the app finds those in the data.
    if not content.is_silent and content.url.startswith("https://"):
        link = fcm.WebpushFCMOptions(link=content.url)
    return fcm.WebpushConfig(
        headers=web_push_headers(parcel, now=now), notification=notification, fcm_options=link
    )


class _Google:
    """Google's message classes and their encoder, imported when first needed."""

    def __init__(self) -> None:
        from firebase_admin import messaging  # noqa: PLC0415  half a second
        from firebase_admin._messaging_encoder import MessageEncoder  # noqa: PLC0415  as above

        self.words: Any = messaging
        self.encoder: Any = MessageEncoder()


@cache
def _google() -> _Google:
    return _Google()
