"""An explanation is told channel by channel, in the order in which things happened."""

from typing import Any

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.notifications.admin.story import story_of
from apps.notifications.types import Channel, Decision, Explanation, Ruling, Step


def _decision(channel: Channel, step: Step, ruling: Ruling) -> Decision:
    return Decision(channel=channel, step=step, ruling=ruling, reason=f"Because of {step}.")


def _attempt(number: int, outcome: str, **told: Any) -> dict[str, Any]:
    known = {"status": None, "code": "", "reason": "", "duration_ms": 12.4, "started_at": now()}
    return {**known, "number": number, "outcome": outcome, **told}


def _delivery(channel: str, state: str, *attempts: dict[str, Any], **told: Any) -> dict[str, Any]:
    known = {"service": "", "last_reason": "", "finished_at": None, "next_attempt_at": None}
    newest_first = list(reversed(attempts))
    return {
        **known,
        "id": new_id(),
        "channel": channel,
        "state": state,
        "attempts": newest_first,
        **told,
    }


def _story(*decisions: Decision, deliveries: Any = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    explanation = Explanation(
        notification_id=new_id(),
        user_id=new_id(),
        state="sent",
        summary="",
        decisions=decisions,
        deliveries=deliveries,
    )
    return [
        (way.channel, [(moment.look, moment.title) for moment in way.moments])
        for way in story_of(explanation)
    ]


def test_each_channel_has_its_own_way_and_others_have_none() -> None:
    told = _story(
        _decision(Channel.INBOX, Step.ADDRESS, Ruling.PASSED),
        _decision(Channel.PUSH, Step.ADDRESS, Ruling.PASSED),
        _decision(Channel.PUSH, Step.QUIET_HOURS, Ruling.WAITS),
        _decision(Channel.PUSH, Step.PREFERENCE, Ruling.SUPPRESSED),
    )

    assert told == [
        (
            "Push",
            [
                ("good", "Can the person be reached there?"),
                ("wait", "Does the person want quiet now?"),
                ("bad", "Has the person switched it off?"),
            ],
        ),
        ("Inbox", [("good", "Can the person be reached there?")]),
    ]


def test_attempts_come_oldest_first_and_then_where_it_stands() -> None:
    delivery = _delivery(
        "push",
        "accepted",
        _attempt(1, "retry", status=503, code="UNAVAILABLE"),
        _attempt(2, "accepted", status=200),
        service="fcm",
    )

    ((_, moments),) = _story(deliveries=[delivery])

    assert moments == [
        ("wait", "Attempt 1 by Firebase Cloud Messaging: retry"),
        ("good", "Attempt 2 by Firebase Cloud Messaging: accepted"),
        ("good", "Delivery by Firebase Cloud Messaging: accepted"),
    ]


def test_answer_is_told_as_the_service_gave_it() -> None:
    explanation = Explanation(
        notification_id=new_id(),
        user_id=new_id(),
        state="sent",
        summary="",
        decisions=(),
        deliveries=[
            _delivery("email", "failed", _attempt(1, "failed", status=550, reason="No such box"))
        ],
    )

    attempt, delivery = story_of(explanation)[0].moments

    assert attempt.detail == "550 No such box (12 ms)"
    assert delivery.delivery_id == explanation.deliveries[0]["id"]
