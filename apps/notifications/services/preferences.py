"""Preferences: what people switch on and off, and when they want quiet."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import time
from typing import TypedDict

from django.db import transaction
from typing_extensions import Unpack

from apps.accounts.selectors import known_time_zone, users_by_ids
from apps.events.services import announce
from apps.kernel.errors import Invalid, NotFound
from apps.notifications.category_lookup import category_settings
from apps.notifications.errors import MandatoryCategory
from apps.notifications.events import PreferencesChanged
from apps.notifications.models import Preference, QuietHours
from apps.notifications.selectors import quiet_hours_of
from apps.notifications.services.inbox import hold_inboxes
from apps.notifications.types import PreferenceChange, QuietHoursSetting

_EVERY_DAY = frozenset(range(1, 8))


@transaction.atomic
def change_preferences(*, user_id: int, changes: Sequence[PreferenceChange]) -> None:
    """Take over a person's word on channels of categories; all of them or none.

    It holds for whatever is decided after the commit. Raises UnknownCategory, and
    MandatoryCategory for switching off what is mandatory: a channel that such a category goes by
    for everybody, and not one that people have added. Announces PreferencesChanged.
    """
    for change in changes:
        _require_choice(change)
    hold_inboxes([user_id])
    for change in changes:
        _take_over(user_id, change)
    _announce_change(user_id)


class QuietHoursChanges(TypedDict, total=False):
    """What people may change about their quiet hours."""

    is_enabled: bool
    starts_at: time
    ends_at: time
    weekdays: Sequence[int]
    time_zone: str


@transaction.atomic
def set_quiet_hours(*, user_id: int, **changes: Unpack[QuietHoursChanges]) -> None:
    """Change when a person wants nothing that can wait; what is not named stays as it is.

    They start on the weekdays named, and end on the next morning where ``ends_at`` is before
    ``starts_at``; a time zone takes the place of the person's own. Raises Invalid and
    UnknownTimeZone. Announces PreferencesChanged.
    """
    hold_inboxes([user_id])
    setting = replace(quiet_hours_of(user_id=user_id), **changes)
    _require_span(setting)
    if setting.time_zone:
        known_time_zone(setting.time_zone)
    values = {**asdict(setting), "weekdays": sorted(set(setting.weekdays))}
    QuietHours.objects.update_or_create(user_id=user_id, defaults=values)
    _announce_change(user_id)


def _require_choice(change: PreferenceChange) -> None:
    category = category_settings(change.category)
    is_usual = category.is_mandatory and change.channel in category.channels
    if is_usual and change.is_enabled is False:
        raise MandatoryCategory(
            f"“{category.name}” cannot be switched off: it tells of what you must know."
        )


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


def _require_span(setting: QuietHoursSetting) -> None:
    flaws = []
    if setting.starts_at == setting.ends_at:
        flaws.append(("ends_at", "It ends when it starts; switch channels off instead."))
    if not setting.weekdays or not set(setting.weekdays) <= _EVERY_DAY:
        flaws.append(("weekdays", "Name at least one of 1 (Monday) to 7 (Sunday)."))
    if flaws:
        raise Invalid.naming(*flaws)


def _announce_change(user_id: int) -> None:
    person = users_by_ids([user_id]).get(user_id)
    if person is None:
        raise NotFound
    announce(PreferencesChanged(audience=(f"user:{person.public_id}",), user_id=person.public_id))
