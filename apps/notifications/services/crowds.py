"""Crowds: all that is known of the people of a batch, read at once however many they are."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from apps.accounts.types import UserSummary
from apps.notifications.languages import chain_of
from apps.notifications.models import Digest, Preference, QuietHours, Registration
from apps.notifications.quiet_hours import quiet_until
from apps.notifications.types import CategorySettings, Channel, PushService, QuietTimes
from apps.realtime.selectors import online_users

# Every push to a device is a row; a person was sent as many as there are recipients.
_SENT = """
SELECT sent.user_id, sent.category, sent.channel, count(DISTINCT sent.recipient_id)
FROM unnest(%(categories)s::text[], %(moments)s::timestamptz[]) AS throttled(category, since)
CROSS JOIN unnest(%(people)s::bigint[]) AS person(id)
JOIN notifications_delivery sent ON sent.user_id = person.id
    AND sent.category = throttled.category
    AND sent.channel = ANY(%(channels)s::text[])
    AND sent.created_at > throttled.since
GROUP BY 1, 2, 3
"""


class Device(NamedTuple):
    """A live registration, as far as it matters for what is sent to it."""

    id: int
    service: PushService
    account_id: int
    locale: str


class SentKey(NamedTuple):
    """What a throttle counts."""

    user_id: int
    category: str
    channel: Channel


class DigestKey(NamedTuple):
    """What a digest gathers; at most one is open of a kind."""

    user_id: int
    category: str
    key: str


@dataclass(kw_only=True)
class OpenDigest:
    """A digest that gathers; None as its id until it is written."""

    id: int | None
    closes_at: datetime


class Crowd:
    """People, and what decides what they are sent; counts on while a batch is decided."""

    def __init__(
        self,
        people: Mapping[int, UserSummary],
        categories: Mapping[str, CategorySettings],
        moment: datetime,
    ) -> None:
        ids = list(people)
        self.moment = moment
        self.people = people
        self.devices = _devices_of(ids)
        self.preferences = _preferences_of(ids, categories)
        self.sent = _sent_to(ids, categories.values(), moment)
        self.digests = _open_digests_of(ids, categories.values(), moment)
        self._quiet = _quiet_times_of(self.people)
        self._online = _online_among(self.people.values(), categories.values())
        self._quiet_until: dict[QuietTimes, datetime | None] = {}
        self._chains: dict[tuple[str, ...], tuple[str, ...]] = {}

    def quiet_until(self, user_id: int) -> datetime | None:
        """Return until when a person wants quiet, or None if they do not now."""
        times = self._quiet.get(user_id)
        if times is None:
            return None
        if times not in self._quiet_until:
            self._quiet_until[times] = quiet_until(times, self.moment)
        return self._quiet_until[times]

    def is_online(self, user_id: int) -> bool:
        """Tell whether a person has the app open, where a category asks that."""
        return self.people[user_id].public_id in self._online

    def chain(self, *locales: str) -> tuple[str, ...]:
        """Return the languages of who reads these, the best first; made once for all who do."""
        if locales not in self._chains:
            self._chains[locales] = chain_of(*locales)
        return self._chains[locales]


def _devices_of(user_ids: Collection[int]) -> Mapping[int, list[Device]]:
    live = Registration.objects.filter(user_id__in=user_ids, retired_at=None).order_by("id")
    found: dict[int, list[Device]] = {}
    for user_id, *device in live.values_list("user_id", "id", "service", "account_id", "locale"):
        found.setdefault(user_id, []).append(Device._make(device))
    return found


def _preferences_of(
    user_ids: Collection[int], categories: Collection[str]
) -> Mapping[tuple[int, str], Mapping[Channel, bool]]:
    wishes = Preference.objects.filter(user_id__in=user_ids, category__in=categories)
    found: dict[tuple[int, str], dict[Channel, bool]] = {}
    for user_id, category, channel, is_enabled in wishes.values_list(
        "user_id", "category", "channel", "is_enabled"
    ):
        found.setdefault((user_id, category), {})[Channel(channel)] = is_enabled
    return found


def _quiet_times_of(people: Mapping[int, UserSummary]) -> Mapping[int, QuietTimes]:
    wishes = QuietHours.objects.filter(user_id__in=people, is_enabled=True)
    return {
        each.user_id: QuietTimes(
            start=each.starts_at,
            end=each.ends_at,
            weekdays=tuple(each.weekdays),
            time_zone=each.time_zone or people[each.user_id].time_zone,
        )
        for each in wishes
    }


def _sent_to(
    user_ids: Collection[int], categories: Iterable[CategorySettings], moment: datetime
) -> Counter[SentKey]:
    throttled = [each for each in categories if each.throttle_limit and each.throttle_seconds]
    if not throttled:
        return Counter()
    values: dict[str, Any] = {
        "categories": [each.key for each in throttled],
        "moments": [moment - timedelta(seconds=each.throttle_seconds) for each in throttled],
        "people": list(user_ids),
        "channels": list(Channel),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SENT, values)
        return Counter({SentKey(*key): count for *key, count in cursor.fetchall()})


def _open_digests_of(
    user_ids: Collection[int], categories: Iterable[CategorySettings], moment: datetime
) -> dict[DigestKey, OpenDigest]:
    gathered = [each.key for each in categories if each.digest_seconds]
    if not gathered:
        return {}
    still_open = Digest.objects.filter(
        user_id__in=user_ids, category__in=gathered, closed_at=None, closes_at__gt=moment
    )
    return {
        DigestKey(each.user_id, each.category, each.key): OpenDigest(
            id=each.pk, closes_at=each.closes_at
        )
        for each in still_open
    }


def _online_among(
    people: Iterable[UserSummary], categories: Iterable[CategorySettings]
) -> set[UUID]:
    if not any(each.is_push_only_when_offline for each in categories):
        return set()
    return online_users([person.public_id for person in people])
