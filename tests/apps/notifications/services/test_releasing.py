"""Releasing: what waited is decided again when its time has come, and goes out once."""

from datetime import datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.notifications.models import Delivery, Digest, InboxItem, QuietHours, Recipient
from apps.notifications.services import (
    cancel_notification,
    change_preferences,
    expand_due,
    release_due,
    save_template,
)
from apps.notifications.services.releasing import release_batch
from apps.notifications.types import Channel, PreferenceChange, TemplateTexts, Text
from tests.apps.notifications.asking import (
    ask,
    category,
    channels_sent,
    last_rulings,
    recipient_of,
    send,
    shown_to,
    titles_in_inbox,
)
from tests.factories.notifications import RegistrationFactory

pytestmark = pytest.mark.django_db

NOON = datetime.fromisoformat("2026-07-01T12:00:00+00:00")


class Clock:
    """The time as a test wants it."""

    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        return self.moment

    def move(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let the test say what time it is wherever something is decided or written."""
    moved = Clock()
    for module in ("sending", "expanding", "releasing", "writing", "cancelling", "inbox"):
        monkeypatch.setattr(f"apps.notifications.services.{module}.now", moved.now)
    return moved


@pytest.fixture
def reader(owner: User) -> User:
    """Somebody with a phone."""
    RegistrationFactory.create(user=owner)
    return owner


def quiet_now(user: User) -> None:
    """Let the user want quiet from 11 to 20 o'clock in UTC."""
    QuietHours.objects.create(user=user, starts_at="11:00", ends_at="20:00")


def gathering() -> None:
    """Make a category that gathers for ten minutes, and a template with words for many."""
    category(channels=[Channel.PUSH, Channel.INBOX], digest_seconds=600)
    one = Text(title="{{ who }} wrote", body="{{ text }}")
    many = Text(title="{{ count }} new", body="{{ items }}", url="/all")
    for key, text, variables in (
        ("note", one, {"who": "Ada", "text": "Hi"}),
        ("note.digest", many, {}),
    ):
        texts = {("", "en"): text}
        save_template(TemplateTexts(key=key, category="news", variables=variables, texts=texts))


def note(user: User, text: str, **changes: object) -> Recipient:
    """Send the user a note that is gathered, and return their share of it."""
    said = {"category": None, "texts": None, "template": "note"}
    asked = send(user, **said, variables={"who": "Ada", "text": text}, **changes)
    return recipient_of(asked, user)


def test_quiet_hours_hold_back_all_but_the_inbox(reader: User, time: Clock) -> None:
    category()
    quiet_now(reader)

    recipient = recipient_of(send(reader), reader)

    assert recipient.state == "waiting"
    assert recipient.waiting_channels == ["push", "email"]
    assert recipient.due_at == NOON.replace(hour=20)
    assert channels_sent(recipient) == ["inbox"]


def test_what_waited_goes_out_when_the_quiet_is_over(reader: User, time: Clock) -> None:
    category()
    quiet_now(reader)
    recipient = recipient_of(send(reader), reader)
    time.move(hours=7, minutes=59)
    release_due()
    assert channels_sent(recipient) == ["inbox"]

    time.move(minutes=1)
    release_due()

    recipient.refresh_from_db()
    assert recipient.state == "sent"
    assert recipient.due_at is None
    assert recipient.waiting_channels == []
    assert channels_sent(recipient) == ["email", "inbox", "push"]
    assert InboxItem.objects.count() == 1
    release_due()
    assert Delivery.objects.count() == 3


def test_it_is_decided_again(reader: User, time: Clock) -> None:
    category()
    quiet_now(reader)
    recipient = recipient_of(send(reader), reader)
    off = PreferenceChange(category="news", channel=Channel.PUSH, is_enabled=False)
    change_preferences(user_id=reader.pk, changes=[off])
    time.move(hours=8)

    release_due()

    recipient.refresh_from_db()
    assert channels_sent(recipient) == ["email", "inbox"]
    assert last_rulings(recipient)["push"] == ("preference", "suppressed")
    steps = [(each["channel"], each["step"]) for each in recipient.decisions]
    assert ("push", "quiet_hours") in steps


def test_nothing_waits_past_its_time_to_live(reader: User, time: Clock) -> None:
    category()
    quiet_now(reader)

    recipient = recipient_of(send(reader, ttl_seconds=3600), reader)

    assert recipient.state == "sent"
    assert channels_sent(recipient) == ["inbox"]
    assert last_rulings(recipient)["push"] == ("quiet_hours", "suppressed")


def test_mandatory_is_held_back_by_nothing(reader: User, time: Clock) -> None:
    category(is_mandatory=True, digest_seconds=600, throttle_limit=1, throttle_seconds=600)
    quiet_now(reader)

    for _ in range(2):
        assert recipient_of(send(reader), reader).state == "sent"

    assert Delivery.objects.filter(channel="push").count() == 2


def test_throttle_lets_so_many_through_in_its_time(reader: User, time: Clock) -> None:
    category(throttle_limit=2, throttle_seconds=3600)
    for _ in range(2):
        ask(reader)
    expand_due()
    time.move(minutes=59)
    third = recipient_of(send(reader), reader)
    time.move(minutes=2)
    fourth = recipient_of(send(reader), reader)

    assert third.state == "suppressed"
    assert last_rulings(third)["push"] == ("throttle", "suppressed")
    assert fourth.state == "sent"
    assert Delivery.objects.filter(channel="push").count() == 3


def test_throttle_counts_a_person_once_however_many_devices(reader: User, time: Clock) -> None:
    category(throttle_limit=2, throttle_seconds=3600)
    RegistrationFactory.create(user=reader)
    RegistrationFactory.create(user=reader)

    states = [recipient_of(send(reader), reader).state for _ in range(3)]

    assert states == ["sent", "sent", "suppressed"]


def test_throttle_counts_within_one_batch(reader: User, time: Clock) -> None:
    category(throttle_limit=2, throttle_seconds=3600)
    asked = [ask(reader) for _ in range(5)]

    expand_due()

    states = [recipient_of(each, reader).state for each in asked]
    assert states == ["sent", "sent", "suppressed", "suppressed", "suppressed"]


def test_many_are_told_of_in_one_message(reader: User, time: Clock) -> None:
    gathering()
    gathered = []
    for number in range(3):
        gathered.append(note(reader, f"Note {number}"))
        time.move(minutes=3)
    assert {each.state for each in gathered} == {"waiting"}
    assert not Delivery.objects.exists()

    time.move(minutes=1)
    release_due()

    (pushed,) = shown_to(reader, Channel.PUSH)
    assert (pushed["title"], pushed["url"]) == ("3 new", "/all")
    assert pushed["body"].splitlines() == ["Note 0", "Note 1", "Note 2"]
    assert titles_in_inbox(reader) == ["3 new"]
    for each in gathered:
        each.refresh_from_db()
        assert each.state == "sent"
        assert last_rulings(each)["push"] == ("digest", "passed")
    assert Delivery.objects.filter(recipient=gathered[-1]).count() == Delivery.objects.count() == 2
    digest = Digest.objects.get()
    assert digest.closed_at is not None
    assert digest.item_count == 3


def test_digest_of_one_says_what_it_would_have_said_alone(reader: User, time: Clock) -> None:
    gathering()
    note(reader, "Hello")
    time.move(minutes=10)

    release_due()

    assert [each["title"] for each in shown_to(reader, Channel.PUSH)] == ["Ada wrote"]


def test_digests_are_gathered_by_person_and_key(reader: User, teammate: User, time: Clock) -> None:
    gathering()
    note(reader, "One", digest_key="a")
    note(reader, "Two", digest_key="b")
    note(reader, "Three", digest_key="a")
    note(teammate, "Four", digest_key="a")
    time.move(minutes=10)

    release_due()

    assert sorted(titles_in_inbox(reader)) == ["2 new", "Ada wrote"]
    assert titles_in_inbox(teammate) == ["Ada wrote"]


def test_next_one_after_the_digest_has_closed_opens_another(reader: User, time: Clock) -> None:
    gathering()
    note(reader, "One")
    time.move(minutes=10)
    release_due()

    note(reader, "Two")

    assert Digest.objects.count() == 2
    time.move(minutes=10)
    release_due()
    assert titles_in_inbox(reader) == ["Ada wrote", "Ada wrote"]


def test_digest_whose_items_were_cancelled_stands_in_nobodys_way(reader: User, time: Clock) -> None:
    gathering()
    gone = note(reader, "One")
    cancel_notification(notification_id=gone.notification.public_id)
    time.move(minutes=11)

    note(reader, "Two")
    time.move(minutes=10)
    release_due()

    assert titles_in_inbox(reader) == ["Ada wrote"]
    assert Digest.objects.filter(closed_at=None).count() == 0


def test_digest_tells_the_inbox_now_and_the_phone_after_the_quiet(
    reader: User, time: Clock
) -> None:
    gathering()
    quiet_now(reader)
    shares = [note(reader, "One"), note(reader, "Two")]
    time.move(minutes=10)
    release_due()
    assert titles_in_inbox(reader) == ["2 new"]
    assert shown_to(reader, Channel.PUSH) == []

    # The one that would carry it is called off; the other takes its place.
    cancel_notification(notification_id=shares[1].notification.public_id)
    time.move(hours=8)
    release_due()

    assert [each["title"] for each in shown_to(reader, Channel.PUSH)] == ["Ada wrote"]
    assert titles_in_inbox(reader) == ["2 new"]
    states = []
    for share in shares:
        share.refresh_from_db()
        states.append(share.state)
    assert states == ["sent", "sent"]


def test_night_of_gathered_notes_is_one_message_in_the_morning(reader: User, time: Clock) -> None:
    gathering()
    quiet_now(reader)
    for text in ("One", "Two", "Three"):
        note(reader, text, channels=[Channel.PUSH])
        time.move(hours=1)
    time.move(hours=5)
    release_due()
    time.move(minutes=10)

    release_due()

    assert [each["title"] for each in shown_to(reader, Channel.PUSH)] == ["3 new"]


def test_too_short_a_life_is_not_gathered(reader: User, time: Clock) -> None:
    gathering()

    recipient = note(reader, "Now", ttl_seconds=300)

    assert recipient.state == "sent"
    assert last_rulings(recipient)["push"] == ("digest", "passed")


def test_person_who_is_being_decided_for_is_left_to_the_other_worker(
    reader: User, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    category()
    quiet_now(reader)
    send(reader)
    time.move(hours=8)
    held = set[int]()
    path = "apps.notifications.services.releasing.hold_free_inboxes"
    monkeypatch.setattr(path, lambda user_ids: held)

    assert not release_batch()

    assert Recipient.objects.get().state == "waiting"


def test_one_that_breaks_does_not_keep_others_waiting(
    reader: User, teammate: User, time: Clock
) -> None:
    category()
    quiet_now(reader)
    quiet_now(teammate)
    broken, sound = send(reader), send(teammate)
    type(broken).objects.filter(pk=broken.pk).update(texts={"en": {"colour": "red"}})
    time.move(hours=8)

    release_due()

    share = recipient_of(broken, reader)
    assert share.state == "sent"
    assert last_rulings(share)["push"] == ("content", "suppressed")
    assert channels_sent(recipient_of(sound, teammate)) == ["email", "inbox"]
