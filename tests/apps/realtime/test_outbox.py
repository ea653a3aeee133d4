"""The outbox: bounded for publications, patient with replies."""

import asyncio

from pytest_django.fixtures import Settings

from apps.realtime.outbox import SENT_AT_ONCE, Frame, Outbox


def unnoticed() -> None:
    """Do nothing about what was queued."""


def test_more_publications_than_may_wait_are_refused(settings: Settings) -> None:
    settings.REALTIME_QUEUED_MESSAGES = 3
    outbox = Outbox(filled=unnoticed)

    taken = [outbox.put(Frame(b"x", "room", number)) for number in range(1, 5)]

    assert taken == [True, True, True, False]
    assert outbox.unsent() == {"room": 1}


def test_more_bytes_than_may_wait_are_refused(settings: Settings) -> None:
    settings.REALTIME_QUEUED_BYTES = 10
    outbox = Outbox(filled=unnoticed)

    assert outbox.put(Frame(b"x" * 8, "room", 1))
    assert not outbox.put(Frame(b"x" * 8, "room", 2))


def test_room_is_made_by_what_is_taken(settings: Settings) -> None:
    settings.REALTIME_QUEUED_BYTES = 10
    outbox = Outbox(filled=unnoticed)

    for number in range(1, 20):
        assert outbox.put(Frame(b"x" * 8, "room", number))
        assert [frame.offset for frame in outbox.take()] == [number]


def test_large_amounts_are_taken_in_portions() -> None:
    outbox = Outbox(filled=unnoticed)
    for _ in range(5):
        outbox.put_reply(b"x" * SENT_AT_ONCE)

    assert [len(outbox.take()) for _ in range(5)] == [1] * 5


async def test_asker_waits_while_replies_are_unread(settings: Settings) -> None:
    settings.REALTIME_QUEUED_BYTES = 10
    outbox = Outbox(filled=unnoticed)
    outbox.put_reply(b"x" * 20)

    waiting = asyncio.create_task(outbox.has_room())
    await asyncio.sleep(0)
    was_waiting = not waiting.done()
    outbox.take()
    await waiting

    assert was_waiting


async def test_closing_ends_whoever_waits_and_lets_go_of_everything(settings: Settings) -> None:
    settings.REALTIME_QUEUED_BYTES = 10
    outbox = Outbox(filled=unnoticed)
    outbox.put_reply(b"x" * 20)
    waiting = asyncio.create_task(outbox.has_room())
    await asyncio.sleep(0)

    outbox.close()

    await waiting
    assert outbox.take() == []
    outbox.put_reply(b"too late")
    assert len(outbox) == 0


def test_what_is_queued_is_told_of() -> None:
    told: list[str] = []
    outbox = Outbox(filled=lambda: told.append("filled"))

    outbox.put_reply(b"x")
    outbox.put(Frame(b"x", "room", 1))
    outbox.close()
    outbox.put_reply(b"too late")

    assert told == ["filled", "filled"]
