"""Decisions: every step for itself, in order, each with a reason for a person to read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.notifications.decisions import Circumstances, channels_of, decide
from apps.notifications.types import (
    CategorySettings,
    Channel,
    Decision,
    PushService,
    Ruling,
    Step,
)

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=8)


def news(**settings: Any) -> CategorySettings:
    return CategorySettings(key="news", name="News", **{"channels": tuple(Channel), **settings})


def given(category: CategorySettings | None = None, **changes: Any) -> Circumstances:
    usual: dict[str, Any] = {
        "category": category or news(),
        "moment": NOW,
        "expires_at": NOW + timedelta(days=1),
        "devices": frozenset({PushService.APNS}),
        "has_email": True,
    }
    return Circumstances(**{**usual, **changes})


def last(circumstances: Circumstances, channel: Channel = Channel.PUSH) -> Decision:
    return decide(circumstances, [channel])[-1]


def ruled(circumstances: Circumstances, channel: Channel = Channel.PUSH) -> tuple[Step, Ruling]:
    decision = last(circumstances, channel)
    return decision.step, decision.ruling


def test_what_nothing_speaks_against_passes_on_every_channel() -> None:
    decisions = decide(given(), list(Channel))

    assert {each.ruling for each in decisions} == {Ruling.PASSED}
    assert [each.step for each in decisions] == [Step.ADDRESS, Step.PREFERENCE] * 3
    assert all(each.reason.endswith(".") for each in decisions)


@pytest.mark.parametrize(
    ("changes", "channel", "reason"),
    [
        ({"is_active": False}, Channel.INBOX, "disabled"),
        ({"devices": frozenset()}, Channel.PUSH, "No device"),
        ({"has_email": False}, Channel.EMAIL, "no verified e-mail address"),
        ({"wordless": {Channel.EMAIL: "There are no words."}}, Channel.EMAIL, "no words"),
        ({"is_silent": True}, Channel.INBOX, "silent"),
        ({"is_silent": True}, Channel.EMAIL, "silent"),
        (
            {"is_silent": True, "devices": frozenset({PushService.WEB_PUSH})},
            Channel.PUSH,
            "Only browsers",
        ),
    ],
)
def test_nobody_is_sent_what_cannot_reach_them(
    changes: dict[str, Any], channel: Channel, reason: str
) -> None:
    for category in (news(), news(is_mandatory=True)):
        decision = last(given(category, **changes), channel)

        assert (decision.step, decision.ruling) == (Step.ADDRESS, Ruling.SUPPRESSED)
        assert reason in decision.reason


def test_silent_push_goes_to_apps_beside_browsers() -> None:
    both = frozenset({PushService.WEB_PUSH, PushService.FCM})

    assert last(given(is_silent=True, devices=both)).ruling is Ruling.PASSED


@pytest.mark.parametrize(
    ("usual", "asked", "wish", "is_sent"),
    [
        ((Channel.PUSH,), None, None, True),
        ((Channel.INBOX,), None, None, False),
        ((Channel.INBOX,), None, True, True),
        ((Channel.PUSH,), None, False, False),
        ((Channel.INBOX,), (Channel.PUSH,), None, True),
        ((Channel.INBOX,), (Channel.PUSH,), False, False),
    ],
)
def test_person_has_the_last_word_the_sender_the_one_before(
    usual: tuple[Channel, ...],
    asked: tuple[Channel, ...] | None,
    wish: bool | None,
    is_sent: bool,
) -> None:
    preferences = {} if wish is None else {Channel.PUSH: wish}

    decision = last(given(news(channels=usual), asked_channels=asked, preferences=preferences))

    assert decision.step is Step.PREFERENCE
    assert (decision.ruling is Ruling.PASSED) == is_sent


def test_mandatory_asks_nothing_but_the_address() -> None:
    everything_against = given(
        news(
            is_mandatory=True,
            throttle_limit=1,
            throttle_seconds=60,
            digest_seconds=60,
            is_push_only_when_offline=True,
        ),
        preferences=dict.fromkeys(Channel, False),
        quiet_until=LATER,
        is_online=True,
        sent=dict.fromkeys(Channel, 9),
        digest_closes_at=LATER,
    )

    decisions = decide(everything_against, list(Channel))

    assert {each.ruling for each in decisions} == {Ruling.PASSED}


def test_mandatory_goes_by_its_channels_and_what_the_person_adds() -> None:
    alarms = news(is_mandatory=True, channels=(Channel.PUSH,))

    assert ruled(given(alarms), Channel.EMAIL) == (Step.PREFERENCE, Ruling.SUPPRESSED)
    added = given(alarms, preferences={Channel.EMAIL: True})
    assert ruled(added, Channel.EMAIL) == (Step.PREFERENCE, Ruling.PASSED)


@pytest.mark.parametrize("channel", [Channel.PUSH, Channel.EMAIL])
def test_quiet_hours_hold_back_until_they_end(channel: Channel) -> None:
    decision = last(given(quiet_until=LATER), channel)

    assert (decision.step, decision.ruling) == (Step.QUIET_HOURS, Ruling.WAITS)
    assert decision.until == LATER


def test_quiet_hours_leave_the_inbox_and_the_silent_alone() -> None:
    assert last(given(quiet_until=LATER), Channel.INBOX).ruling is Ruling.PASSED
    assert last(given(quiet_until=LATER, is_silent=True)).ruling is Ruling.PASSED


def test_nothing_waits_past_its_time_to_live() -> None:
    decision = last(given(quiet_until=LATER, expires_at=LATER))

    assert (decision.step, decision.ruling) == (Step.QUIET_HOURS, Ruling.SUPPRESSED)
    assert "time to live" in decision.reason


def test_presence_suppresses_pushes_where_the_category_says_so() -> None:
    chat = news(is_push_only_when_offline=True)

    assert ruled(given(chat, is_online=True)) == (Step.PRESENCE, Ruling.SUPPRESSED)
    assert ruled(given(chat, is_online=False)) == (Step.PRESENCE, Ruling.PASSED)
    assert ruled(given(chat, is_online=True), Channel.INBOX) == (Step.PREFERENCE, Ruling.PASSED)
    assert ruled(given(news(), is_online=True)) == (Step.PREFERENCE, Ruling.PASSED)


def test_throttle_counts_each_channel_for_itself() -> None:
    throttled = news(throttle_limit=2, throttle_seconds=3600)
    circumstances = given(throttled, sent={Channel.PUSH: 2, Channel.EMAIL: 1})

    assert ruled(circumstances) == (Step.THROTTLE, Ruling.SUPPRESSED)
    assert last(circumstances).reason == "2 of at most 2 were sent within 1 hour."
    assert ruled(circumstances, Channel.EMAIL) == (Step.THROTTLE, Ruling.PASSED)


def test_digest_gathers_until_it_closes_unless_that_is_too_late() -> None:
    gathering = news(digest_seconds=600)

    waits = last(given(gathering, digest_closes_at=LATER))
    assert (waits.step, waits.ruling, waits.until) == (Step.DIGEST, Ruling.WAITS, LATER)
    too_late = given(gathering, digest_closes_at=LATER, expires_at=LATER)
    assert ruled(too_late) == (Step.DIGEST, Ruling.PASSED)
    assert ruled(given(gathering, is_gathered=True)) == (Step.DIGEST, Ruling.PASSED)
    silent = given(gathering, digest_closes_at=LATER, is_silent=True)
    assert ruled(silent) == (Step.PREFERENCE, Ruling.PASSED)


def test_steps_are_asked_in_order_up_to_the_first_that_objects() -> None:
    strict = news(
        throttle_limit=1, throttle_seconds=60, digest_seconds=60, is_push_only_when_offline=True
    )
    against: dict[Step, dict[str, Any]] = {
        Step.ADDRESS: {"devices": frozenset[PushService]()},
        Step.PREFERENCE: {"preferences": {Channel.PUSH: False}},
        Step.QUIET_HOURS: {"quiet_until": LATER},
        Step.PRESENCE: {"is_online": True},
        Step.THROTTLE: {"sent": {Channel.PUSH: 1}},
        Step.DIGEST: {"digest_closes_at": LATER},
    }
    objecting = list(against)

    for number, step in enumerate(objecting):
        changes = {
            name: value for later in objecting[number:] for name, value in against[later].items()
        }
        assert last(given(strict, **changes)).step is step


def test_channels_are_the_senders_or_all() -> None:
    assert channels_of(given()) == tuple(Channel)
    asked = given(asked_channels=(Channel.INBOX, Channel.PUSH))
    assert channels_of(asked) == (Channel.PUSH, Channel.INBOX)
