"""What is pushed to a browser waits for it, is handed over once, and gives way to its like."""

import asyncio
from pathlib import Path

import pytest

from devstack.push.subscriptions import WAITING_LIMIT, Message, Subscription, Subscriptions


@pytest.fixture
def subscription(tmp_path: Path) -> Subscription:
    """A subscription whose keys the browser keeps to itself."""
    known = Subscriptions(tmp_path)
    shown = known.add({}).as_browser_shows_it("http://here")
    return known.add(shown["keys"])


def message(name: str, *, ttl: int = 60, topic: str = "", sent_at: float | None = None) -> Message:
    made = Message(id=name, body=b"sealed", ttl=ttl, urgency="normal", topic=topic)
    if sent_at is not None:
        made.sent_at = sent_at
    return made


async def received(subscription: Subscription) -> list[str]:
    """Return what waits, as one who looks once gets it."""
    found: list[str] = []

    async def look() -> None:
        async for each in subscription.messages():
            found.append(each.id)  # noqa: PERF401  # what came before the end counts

    task = asyncio.create_task(look())
    await asyncio.sleep(0.05)
    task.cancel()
    return found


async def test_messages_wait_in_order_and_are_handed_over_once(subscription: Subscription) -> None:
    for name in ("first", "second"):
        subscription.put(message(name))

    assert await received(subscription) == ["first", "second"]
    assert await received(subscription) == []


async def test_message_that_did_not_arrive_waits_on(subscription: Subscription) -> None:
    subscription.put(message("lost on the way"))
    messages = subscription.messages()
    await anext(messages)
    await messages.aclose()

    assert await received(subscription) == ["lost on the way"]


async def test_message_reaches_a_browser_that_waits(subscription: Subscription) -> None:
    messages = subscription.messages()
    coming = asyncio.ensure_future(anext(messages))
    await asyncio.sleep(0)

    subscription.put(message("live", ttl=0))

    assert (await asyncio.wait_for(coming, 60)).id == "live"


async def test_newer_message_of_a_topic_takes_the_place_of_the_older(
    subscription: Subscription,
) -> None:
    for name, topic in (("old", "lamp"), ("other", "door"), ("new", "lamp")):
        subscription.put(message(name, topic=topic))

    assert await received(subscription) == ["other", "new"]


async def test_message_whose_time_is_over_is_not_shown(subscription: Subscription) -> None:
    subscription.put(message("late", ttl=1, sent_at=0.0))
    subscription.put(message("in time"))

    assert await received(subscription) == ["in time"]


async def test_message_for_now_or_never_does_not_wait(subscription: Subscription) -> None:
    subscription.put(message("now", ttl=0))

    assert await received(subscription) == []


async def test_no_more_wait_than_a_service_keeps(subscription: Subscription) -> None:
    for number in range(WAITING_LIMIT + 5):
        subscription.put(message(str(number)))

    waiting = await received(subscription)
    assert (len(waiting), waiting[0]) == (WAITING_LIMIT, "5")


@pytest.mark.parametrize(
    "told",
    [
        {"keys": {"p256dh": "AAAA", "auth": "A" * 22}},
        {"keys": {"p256dh": "", "auth": "A" * 22}},
        {"application_server_key": "AAAA"},
    ],
)
def test_keys_that_are_none_are_refused(told: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"."):
        Subscriptions(tmp_path).add(told)


def test_what_is_for_somebody_else_stays_closed(tmp_path: Path) -> None:
    assert Subscriptions(tmp_path).add({}).opened(b"x" * 200) is None
