"""The exact bytes that push services are sent, and what of a parcel goes into headers.

What the app itself reads stands in the same words everywhere: the notification's ``data``, the
``url`` to open, and ``delivery_id``, by which it reports what was opened.

Whatever is shown names what it takes the place of, be it only itself: so a push that is sent again,
because whoever sent it first died before writing that down, is not seen twice.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any

import orjson

from apps.notifications.bidi import is_rtl
from apps.notifications.types import Content, Parcel, Urgency

_OURS = frozenset({"url", "delivery_id"})
# What FCM and APNs keep for themselves.
_THEIRS = re.compile(r"aps|from|message_type|notification|collapse_key|google.*|gcm.*")
_ASCII_ID = re.compile(r"[\x21-\x7e]{1,64}")
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")


def is_reserved(key: str) -> bool:
    """Say whether a name in ``data`` would take the place of one that we or a service use."""
    return key in _OURS or _THEIRS.fullmatch(key) is not None


def apns_payload(parcel: Parcel) -> bytes:
    """Return the JSON that APNs hands to the device."""
    content = parcel.content
    aps: dict[str, Any] = {"content-available": 1}
    if not content.is_silent:
        # Mutable, so that an extension of the app may report what was delivered.
        aps = {"alert": _alert(content), "sound": "default", "mutable-content": 1}
    return orjson.dumps({**data_of(parcel), "aps": aps})


def apns_headers(parcel: Parcel) -> dict[str, str]:
    """Return APNs' headers but for ``apns-topic`` and ``apns-id``, which are the carrier's."""
    is_silent = parcel.content.is_silent
    is_urgent = parcel.urgency is Urgency.HIGH and not is_silent
    headers = {
        "apns-push-type": "background" if is_silent else "alert",
        "apns-priority": "10" if is_urgent else "5",
        "apns-expiration": str(int(parcel.expires_at.timestamp())),
    }
    if tag := tag_of(parcel):
        headers["apns-collapse-id"] = tag
    return headers


def web_push_payload(parcel: Parcel) -> bytes:
    """Return what a browser decrypts, in the form of Declarative Web Push.

    Browsers that know that form show it by themselves; in others the page's service worker shows
    ``notification`` (see the how-to). Silent ones have ``data`` alone.
    """
    content = parcel.content
    if content.is_silent:
        return orjson.dumps({"data": data_of(parcel)})
    notification = {
        "title": content.title,
        "body": content.body,
        "navigate": content.url or "/",
        "lang": content.language,
        "dir": "rtl" if is_rtl(content.language) else "ltr",
        "tag": tag_of(parcel),
        "data": data_of(parcel),
    }
    return orjson.dumps({"web_push": 8030, "notification": notification})


def web_push_headers(parcel: Parcel, *, now: datetime) -> dict[str, str]:
    """Return the headers of RFC 8030 section 5: how long it is kept, how urgent, what it replaces.

    ``Topic`` has room for 32 characters; a longer collapse id is hashed.
    """
    headers = {"TTL": str(ttl_seconds(parcel, now)), "Urgency": parcel.urgency.value}
    if tag := tag_of(parcel):
        headers["Topic"] = _topic(tag)
    return headers


def collapse_key(collapse_id: str) -> str:
    """Return a collapse id as headers can carry it: up to 64 bytes of ASCII, else its hash."""
    if _ASCII_ID.fullmatch(collapse_id):
        return collapse_id
    return hashlib.sha256(collapse_id.encode()).hexdigest()


def tag_of(parcel: Parcel) -> str:
    """Return what a push takes the place of on the device; "" for a silent one of its own."""
    if parcel.collapse_id:
        return collapse_key(parcel.collapse_id)
    return "" if parcel.content.is_silent else parcel.reference.hex


def _topic(collapse_id: str) -> str:
    if _TOPIC.fullmatch(collapse_id):
        return collapse_id
    return urlsafe_b64encode(hashlib.sha256(collapse_id.encode()).digest()[:24]).decode()


def data_of(parcel: Parcel) -> dict[str, str]:
    """Return what the app itself reads."""
    content = parcel.content
    own = {"url": content.url} if content.url else {}
    return {**content.data, **own, "delivery_id": str(parcel.reference)}


def _alert(content: Content) -> dict[str, str]:
    return {name: text for name, text in (("title", content.title), ("body", content.body)) if text}


def ttl_seconds(parcel: Parcel, now: datetime) -> int:
    """Return for how many seconds a service may keep a push."""
    return max(0, int((parcel.expires_at - now).total_seconds()))
