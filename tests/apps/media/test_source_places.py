"""No source gets more than its share of threads; who waits too long for one goes without."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from apps.media.source_places import SourcePlaces
from apps.media.types import Origin

ORIGIN = Origin("https", "images.test", 443)
OTHER = Origin("https", "images.test", 8443)
LONG = 600.0


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


async def held(places: SourcePlaces, until: asyncio.Event) -> bool:
    async with places.place(ORIGIN) as has_place:
        if has_place:
            await until.wait()
        return has_place


async def all_at_rest() -> None:
    """Let every task go on until it waits."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_who_finds_no_place_in_time_goes_without() -> None:
    async def scene() -> None:
        places = SourcePlaces(2, most_waiting=10, patience_seconds=0.01)
        end = asyncio.Event()
        holding = [asyncio.create_task(held(places, end)) for _ in range(2)]
        await all_at_rest()

        assert not await held(places, end)

        end.set()
        assert await asyncio.gather(*holding) == [True, True]

    run(scene())


def test_place_that_is_given_back_goes_to_who_waits() -> None:
    async def scene() -> None:
        places = SourcePlaces(1, most_waiting=10, patience_seconds=LONG)
        end = asyncio.Event()
        three = [asyncio.create_task(held(places, end)) for _ in range(3)]
        await all_at_rest()

        end.set()

        assert await asyncio.gather(*three) == [True, True, True]

    run(scene())


def test_enough_wait_already() -> None:
    async def scene() -> None:
        places = SourcePlaces(1, most_waiting=1, patience_seconds=LONG)
        end = asyncio.Event()
        two = [asyncio.create_task(held(places, end)) for _ in range(2)]
        await all_at_rest()

        assert not await held(places, end)

        end.set()
        assert await asyncio.gather(*two) == [True, True]

    run(scene())


def test_another_port_is_another_source() -> None:
    async def scene() -> None:
        places = SourcePlaces(1, most_waiting=0, patience_seconds=LONG)
        async with places.place(ORIGIN) as first, places.place(OTHER) as second:
            assert first
            assert second

    run(scene())


def test_who_goes_away_leaves_his_place_to_others() -> None:
    async def scene() -> None:
        places = SourcePlaces(1, most_waiting=1, patience_seconds=LONG)
        end = asyncio.Event()
        holding, waiting = (asyncio.create_task(held(places, end)) for _ in range(2))
        await all_at_rest()

        waiting.cancel()
        holding.cancel()
        await asyncio.wait([holding, waiting])
        end.set()

        assert await held(places, end)

    run(scene())


def test_no_source_is_remembered_that_nobody_asks_for() -> None:
    async def scene() -> None:
        places = SourcePlaces(1, most_waiting=0, patience_seconds=LONG)
        async with places.place(ORIGIN):
            pass
        assert not places._lines

    run(scene())
