"""Whose change waits for a decision is told so, once (P26)."""

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.events.services import announce
from apps.events.types import LoggedEvent
from apps.notifications.consumer import NotificationConsumer
from apps.notifications.models import Delivery, Notification
from apps.notifications.services import expand_due
from apps.sync.events import ConflictRecorded
from apps.sync.models import SyncConflict
from apps.sync.notices import CATEGORY, RULES, TEMPLATES
from apps.sync.types import ConflictKind, ConflictState
from tests.factories.sync import ConflictFactory

pytestmark = pytest.mark.django_db


def recorded(conflict: SyncConflict) -> LoggedEvent:
    """Announce a conflict as pushes do, and return what the log has of it."""
    user_id = conflict.user.public_id
    with transaction.atomic():
        announce(
            ConflictRecorded(
                audience=(f"user:{user_id}",),
                conflict_id=conflict.public_id,
                user_id=user_id,
                table=conflict.table,
                record_id=conflict.record_id,
                kind=conflict.kind,
            )
        )
    return latest_events(limit=1, topic_prefix=ConflictRecorded.topic)[0]


def test_user_is_told_once_however_often_the_event_is_read(owner: User) -> None:
    conflict = ConflictFactory.create(user=owner)
    event = recorded(conflict)

    for _ in range(3):
        NotificationConsumer().handle([event])
        expand_due()

    told = Delivery.objects.get(channel="inbox")
    assert told.user_id == owner.pk
    assert told.content["title"] == "Two versions of a change"
    assert told.content["url"] == f"/sync/conflicts/{conflict.public_id}"
    assert told.content["data"]["conflict_id"] == str(conflict.public_id)


def test_it_is_told_in_the_users_language(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(locale="he-IL")
    event = recorded(ConflictFactory.create(user=owner))

    NotificationConsumer().handle([event])
    expand_due()

    assert Delivery.objects.get(channel="inbox").content["title"] == "שתי גרסאות לאותו שינוי"


@pytest.mark.parametrize("kind", ConflictKind)
def test_every_kind_has_words_of_its_own(kind: ConflictKind) -> None:
    event = recorded(ConflictFactory.create(kind=kind))
    (rule,) = RULES

    (wish,) = rule.wishes(event)

    assert wish.template in {template.name for template in TEMPLATES}


def test_conflict_that_is_decided_by_now_is_not_told(owner: User) -> None:
    conflict = ConflictFactory.create()
    event = recorded(conflict)
    SyncConflict.objects.update(settled=ConflictState.RESOLVED)

    NotificationConsumer().handle([event])

    assert not Notification.objects.exists()


def test_people_may_switch_it_off() -> None:
    assert not CATEGORY.settings.is_mandatory
    assert "he" in CATEGORY.settings.translations
