"""Targets: whom a notification is for, and who comes next."""

import re
from collections.abc import Mapping
from typing import Any

from apps.accounts.selectors import ids_by_public_ids
from apps.kernel.errors import Invalid
from apps.notifications.errors import UnknownRecipient, UnknownSegment
from apps.notifications.models import Notification, TopicSubscription
from apps.notifications.ports import Segment, segments
from apps.notifications.types import Target, TargetKind

MOST_USERS = 10_000
_SHOWN = 10
_TOPIC = re.compile(r"[a-z0-9][a-z0-9._:-]{0,79}")


def stored_target(target: Target) -> Mapping[str, Any]:
    """Return a target as the notification's row keeps it.

    Raises Invalid, UnknownRecipient and UnknownSegment, and what the segment raises.
    """
    match target.kind:
        case TargetKind.USERS:
            return {"ids": _ids_of(target)}
        case TargetKind.TOPIC:
            return {"name": valid_topic(target.name)}
        case TargetKind.SEGMENT:
            # Asked for one person, so that it may refuse the arguments now.
            _segment(target.name).user_ids(target.arguments, 0, 1)
            return {"name": target.name, "arguments": dict(target.arguments)}


def people_after(notification: Notification, *, limit: int) -> list[int]:
    """Return the internal ids of who comes next, ascending, at most so many."""
    last, target = notification.expanded_until, notification.target
    match TargetKind(notification.target_kind):
        case TargetKind.USERS:
            return [user_id for user_id in target["ids"] if user_id > last][:limit]
        case TargetKind.TOPIC:
            subscribed = TopicSubscription.objects.filter(topic=target["name"], user_id__gt=last)
            return list(subscribed.order_by("user_id").values_list("user_id", flat=True)[:limit])
        case TargetKind.SEGMENT:
            segment = _segment(target["name"])
            return list(segment.user_ids(target["arguments"], last, limit))[:limit]


def valid_topic(name: str) -> str:
    """Return the name of a topic; raises Invalid for any other text."""
    if not _TOPIC.fullmatch(name):
        detail = "A topic is 1 to 80 of a-z 0-9 . _ : - and begins with a letter or digit."
        raise Invalid.naming(("topic", detail))
    return name


def _ids_of(target: Target) -> list[int]:
    asked = set(target.user_ids)
    if not 1 <= len(asked) <= MOST_USERS:
        detail = f"Name 1 to {MOST_USERS:,} users; use a topic or a segment for more."
        raise Invalid.naming(("user_ids", detail))
    known = ids_by_public_ids(asked)
    unknown = sorted(str(public_id) for public_id in asked - known.keys())
    if unknown:
        raise UnknownRecipient(
            f"Nobody has the id {', '.join(unknown[:_SHOWN])}"
            f"{' and others' if len(unknown) > _SHOWN else ''}; leave them out.",
            errors=[
                {"field": "user_ids", "code": "unknown", "detail": public_id}
                for public_id in unknown[:_SHOWN]
            ],
        )
    return sorted(known.values())


def _segment(name: str) -> Segment:
    segment = segments.get(name)
    if segment is None:
        known = ", ".join(each.name for each in segments) or "none"
        raise UnknownSegment(
            f"There is no segment {name!r}. Known here: {known}.",
            errors=[{"field": "segment", "code": "unknown", "detail": f"Known here: {known}."}],
        )
    return segment
