"""Preferences: what people switch on and off, and when they want quiet."""

from collections.abc import Collection, Sequence
from datetime import time

from django.db import transaction

from apps.accounts.selectors import known_time_zone, users_by_ids
from apps.events.services import announce
from apps.kernel.errors import Invalid, NotFound
from apps.notifications.category_lookup import category_settings
from apps.notifications.errors import MandatoryCategory
from apps.notifications.events import PreferencesChanged
from apps.notifications.models import Preference, QuietHours
from apps.notifications.types import PreferenceChange

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@transaction.atomic
def change_preferences(*, user_id: int, changes: Sequence[PreferenceChange]) -> None:
    """Take over a person's word on channels of categories; all of them or none.

    It holds for whatever is decided after the commit. Raises UnknownCategory, and
    MandatoryCategory for switching off what is mandatory. Announces PreferencesChanged.
    """
    for change in changes:
        category = category_settings(change.category)
        if category.is_mandatory and change.is_enabled is False:
            raise MandatoryCategory(
                f"“{category.name}” cannot be switched off: it tells of what you must know."
            )
    for change in changes:
        _take_over(user_id, change)
    _announce_change(user_id)


@transaction.atomic
def set_quiet_hours(
    *,
    user_id: int,
    starts_at: time,
    ends_at: time,
    weekdays: Collection[int] = EVERY_DAY,
    time_zone: str = "",
    is_enabled: bool = True,
) -> None:
    """Let a person have quiet from one time to another, on quiet times that start on these days.

    A time zone takes the place of the person's own. Raises Invalid and UnknownTimeZone.
    Announces PreferencesChanged.
    """
    _require_span(starts_at, ends_at, weekdays)
    QuietHours.objects.update_or_create(
        user_id=user_id,
        defaults={
            "starts_at": starts_at,
            "ends_at": ends_at,
            "weekdays": sorted(set(weekdays)),
            "time_zone": time_zone and known_time_zone(time_zone),
            "is_enabled": is_enabled,
        },
    )
    _announce_change(user_id)


@transaction.atomic
def clear_quiet_hours(*, user_id: int) -> None:
    """Let a person be told of everything at once. Announces PreferencesChanged if it was not so."""
    deleted, _ = QuietHours.objects.filter(user_id=user_id).delete()
    if deleted:
        _announce_change(user_id)


def _take_over(user_id: int, change: PreferenceChange) -> None:
    if change.is_enabled is None:
        Preference.objects.filter(
            user_id=user_id, category=change.category, channel=change.channel
        ).delete()
        return
    Preference.objects.update_or_create(
        user_id=user_id,
        category=change.category,
        channel=change.channel,
        defaults={"is_enabled": change.is_enabled},
    )


def _require_span(starts_at: time, ends_at: time, weekdays: Collection[int]) -> None:
    complaints = []
    if starts_at == ends_at:
        complaints.append(("ends_at", "It ends when it starts; switch channels off instead."))
    if not weekdays or not set(weekdays) <= set(EVERY_DAY):
        complaints.append(("weekdays", "Name at least one of 1 (Monday) to 7 (Sunday)."))
    if complaints:
        raise Invalid(
            " ".join(detail for _, detail in complaints),
            errors=[
                {"field": field, "code": "invalid", "detail": detail}
                for field, detail in complaints
            ],
        )


def _announce_change(user_id: int) -> None:
    person = users_by_ids([user_id]).get(user_id)
    if person is None:
        raise NotFound
    announce(PreferencesChanged(audience=(f"user:{person.public_id}",), user_id=person.public_id))
