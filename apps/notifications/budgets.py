"""How much a push service carries, how much a content takes of it, and how it is made to fit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson

from apps.notifications.errors import ContentTooLarge
from apps.notifications.fcm_messages import fcm_message
from apps.notifications.graphemes import cut, length_of
from apps.notifications.payloads import apns_payload, web_push_payload
from apps.notifications.types import Address, Channel, Content, Parcel, PushService

# Bytes (R2 section 2); of Web Push, what fits into one record of 4,096 when it is encrypted.
BUDGETS = {PushService.FCM: 4096, PushService.APNS: 4096, PushService.WEB_PUSH: 3993}

# What a payload holds around the words and data: names, headers, the longest collapse id.
MOST_AROUND = 1000

_LONGEST_TTL = timedelta(days=28)
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
# FCM counts the message, not the name of the device it goes to.
_NOWHERE = Address(service=PushService.FCM, token="", fid="0", registered_at=_NOW)
_FCM_ENVELOPE = len('{"message":}') + len('"fid":"0",')


def size_of(content: Content, service: PushService) -> int:
    """Return how many bytes of the service's budget the content takes, at most.

    Counts the very bytes that are sent, with the longest collapse id and time to live there are;
    of FCM's message all but the token.
    """
    parcel = _parcel(content)
    match service:
        case PushService.FCM:
            return len(fcm_message(parcel, now=_NOW)) - _FCM_ENVELOPE
        case PushService.APNS:
            return len(apns_payload(parcel))
        case PushService.WEB_PUSH:
            return len(web_push_payload(parcel))


def fitted(content: Content, service: PushService) -> Content:
    """Return the content as it fits the service: the body is cut before the title.

    Cuts between what a reader takes for characters, and leaves a "…". Raises ContentTooLarge
    where even a title of one character does not fit, for the data alone is too much.
    """
    if _is_small(content, service) or _fits(content, service):
        return content
    # A body is worth more than a title's end, but not more than all of it.
    shorter = _longest(content.body, lambda body: replace(content, body=body), service, least=0)
    if shorter is None:
        bare = replace(content, body="")
        shorter = _longest(content.title, lambda title: replace(bare, title=title), service, 1)
    if shorter is None:
        raise ContentTooLarge(
            f"{service.label} carries {BUDGETS[service]:,} bytes; without title and body it is "
            f"{size_of(replace(content, title='', body=''), service):,} already. Send less data "
            "and let the app fetch the rest."
        )
    return shorter


def _longest(
    text: str, made: Callable[[str], Content], service: PushService, least: int
) -> Content | None:
    """Return the content with as much of the text as fits, or None where the least does not."""
    best = made(cut(text, least))
    if not _fits(best, service):
        return None
    low, high = least, length_of(text)
    while low < high:
        middle = (low + high + 1) // 2
        candidate = made(cut(text, middle))
        if _fits(candidate, service):
            low, best = middle, candidate
        else:
            high = middle - 1
    return best


def _is_small(content: Content, service: PushService) -> bool:
    """Say of most contents, for a fiftieth of the price of encoding them, that they fit."""
    # FCM is told the address twice.
    told = (content.title, content.body, content.url, content.url, content.data)
    return len(orjson.dumps(told)) + MOST_AROUND <= BUDGETS[service]


def _fits(content: Content, service: PushService) -> bool:
    return size_of(content, service) <= BUDGETS[service]


def _parcel(content: Content) -> Parcel:
    return Parcel(
        delivery_id=0,
        reference=UUID(int=0),
        channel=Channel.PUSH,
        lease_token=UUID(int=0),
        leased_until=_NOW,
        expires_at=_NOW + _LONGEST_TTL,
        attempt_number=1,
        content=content,
        collapse_id="c" * 64,
        address=_NOWHERE,
    )
