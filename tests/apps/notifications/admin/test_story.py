"""An explanation is told channel by channel, in the order in which things happened."""

from typing import Any

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.notifications.admin.story import story_of
from apps.notifications.types import (
    Channel,
    Decision,
    DeliveryState,
    ExplainedAttempt,
    ExplainedDelivery,
    Explanation,
    Outcome,
    PushService,
    Ruling,
    Step,
)


def _decision(channel: Channel, step: Step, ruling: Ruling) -> Decision:
    return Decision(channel=channel, step=step, ruling=ruling, reason=f"Because of {step}.")


def _attempt(number: int, outcome: Outcome, **told: Any) -> ExplainedAttempt:
    known: dict[str, Any] = {"status": None, "code": "", "reason": "", "next_attempt_at": None}
    return ExplainedAttempt(
        number=number, outcome=outcome, started_at=now(), duration_ms=12.4, **{**known, **told}
    )


def _delivery(
    channel: Channel,
    state: DeliveryState,
    *attempts: ExplainedAttempt,
    service: str = "",
) -> ExplainedDelivery:
    return ExplainedDelivery(
        id=new_id(),
        channel=channel,
        service=service,
        device=None,
        account="",
        state=state,
        last_code="",
        last_reason="",
        next_attempt_at=None,
        expires_at=now(),
        created_at=now(),
        finished_at=None,
        attempts=attempts[::-1],
    )


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
        Channel.PUSH,
        DeliveryState.ACCEPTED,
        _attempt(1, Outcome.RETRY, status=503, code="UNAVAILABLE"),
        _attempt(2, Outcome.ACCEPTED, status=200),
        service=PushService.FCM,
    )

    ((_, moments),) = _story(deliveries=[delivery])

    assert moments == [
        ("wait", "Attempt 1 by Firebase Cloud Messaging: retry"),
        ("good", "Attempt 2 by Firebase Cloud Messaging: accepted"),
        ("good", "Delivery by Firebase Cloud Messaging: accepted"),
    ]


def test_answer_is_told_as_the_service_gave_it() -> None:
    failed = _attempt(1, Outcome.FAILED, status=550, reason="No such box")
    carried = _delivery(Channel.EMAIL, DeliveryState.FAILED, failed)
    explanation = Explanation(
        notification_id=new_id(),
        user_id=new_id(),
        state="sent",
        summary="",
        decisions=(),
        deliveries=[carried],
    )

    attempt, delivery = story_of(explanation)[0].moments

    assert attempt.detail == "550 No such box (12 ms)"
    assert delivery.delivery_id == carried.id
