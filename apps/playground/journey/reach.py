"""The chapter of reaching people: live on their phones, by push when they are away."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles
from time import time
from typing import Any

from apps.playground.journey.live_line import LiveLine
from apps.playground.journey.narration import Narrator, NotSeen
from apps.playground.journey.phone import Phone
from apps.playground.journey.waiting import until

ROUNDS = 20
_NOTIFICATIONS = "/api/v1/notifications/"
_OPENED = "buildings.request.opened"


@dataclass
class Reach:
    """Ben reports; Ada hears of it on her phone and her tablet, wherever she is."""

    narrator: Narrator
    ada: Phone
    ben: Phone
    building: str
    realtime_url: str
    push_url: str

    def __post_init__(self) -> None:
        """Hand Ada a second device."""
        room = f"room:building:{self.building.rstrip('/').rpartition('/')[2]}"
        self.lines = [
            LiveLine(name, self.ada, self.realtime_url, room)
            for name in ("Ada's phone", "Ada's tablet")
        ]
        self.subscription = ""

    async def walk(self) -> None:
        """Walk the chapter; raises NotSeen where a step did not happen."""
        self.narrator.chapter("People are reached")
        await self._connect()
        await self._live()
        await self._away()
        await self._inbox()
        for line in self.lines:
            await line.leave()

    async def _connect(self) -> None:
        step = self.narrator.step
        await step(
            "Ada's phone and tablet connect and enter the building's room",
            asyncio.gather(*(line.connect() for line in self.lines)),
        )
        await step("Each sees that both are there", self._see_each_other())
        await step("Her tablet lets itself be pushed to", self._subscribe())

    async def _see_each_other(self) -> None:
        async def look() -> bool:
            return all([await line.present() == len(self.lines) for line in self.lines])

        await until(look, what="both devices in the room")

    async def _live(self) -> None:
        titles = [f"Lamp {number} is out" for number in range(ROUNDS)]
        await self.narrator.step(f"Ben reports {ROUNDS} lamps", self._report(titles))
        heard = await self.narrator.step(
            "Both of Ada's devices hear each of them live, in order", self._hear(titles)
        )
        self.narrator.note(f"commit to phone: {_spread(heard)}")

    async def _away(self) -> None:
        step = self.narrator.step
        for line in self.lines:
            await line.leave()
        titles = [f"Window {number} is stuck" for number in range(ROUNDS)]
        reported = await step(
            f"With both offline, Ben reports {ROUNDS} windows", self._report(titles)
        )
        pushed = await step("Her tablet is sent a push of each", self._pushed(titles))
        delays = [pushed[title] - reported[title] for title in titles]
        self.narrator.note(f"answer to push: {_spread(delays)}")
        await step(
            "Back online, both are handed exactly what they missed",
            asyncio.gather(*(line.connect() for line in self.lines)),
        )
        for line in self.lines:
            if _opened(line.recovered or ()) != titles:
                raise NotSeen(f"Expected {titles} on {line.name}, not {line.recovered}.")

    async def _inbox(self) -> None:
        step = self.narrator.step
        unread = await step("The inbox counts all of them", self._unread(at_least=2 * ROUNDS))
        [newest, *_] = (await self.ada.call("GET", f"{_NOTIFICATIONS}inbox/"))["items"]
        await step(
            "Ada reads one on her phone",
            self.ada.call("POST", f"{_NOTIFICATIONS}inbox/{newest['id']}/read/"),
        )
        changed = [
            line.hears("notifications.inbox.changed", unread=unread - 1) for line in self.lines
        ]
        await step("Both show one unread less at once", asyncio.gather(*changed))

    async def _subscribe(self) -> None:
        """Subscribe at the push service as a browser does, and register with the house."""
        async with self.ada.http.post(f"{self.push_url}/web-push/subscriptions") as answer:
            shown = await answer.json()
        self.subscription = shown["endpoint"].rpartition("/")[2]
        await self.ada.call(
            "POST",
            f"{_NOTIFICATIONS}devices/",
            {"service": "web_push", "endpoint": shown["endpoint"], **shown["keys"]},
            expect=201,
        )

    async def _report(self, titles: Sequence[str]) -> dict[str, float]:
        """Let Ben report these, one after the other; return when each was answered."""
        answered = {}
        for title in titles:
            body = {"title": title, "description": "On the stairs.", "priority": "low"}
            await self.ben.call("POST", f"{self.building}requests/", body, expect=201)
            answered[title] = time()
        return answered

    async def _hear(self, titles: Sequence[str]) -> list[float]:
        heard = [await line.hears(_OPENED, title=title) for title in titles for line in self.lines]
        for line in self.lines:
            told = _opened([each.data for each in line.heard])
            if told != list(titles):
                raise NotSeen(f"Expected all in order on {line.name}, not {told}.")
        return [each.delay_seconds for each in heard]

    async def _pushed(self, titles: Sequence[str]) -> dict[str, float]:
        async def look() -> dict[str, float] | None:
            pushes = await self._journal()
            found = {
                title: datetime.fromisoformat(push["at"]).timestamp()
                for title in titles
                for push in pushes
                if title in push["payload"]["notification"]["body"]
            }
            return found if len(found) == len(titles) else None

        return await until(look, what="a push of everything that Ben reported")

    async def _journal(self) -> list[dict[str, Any]]:
        query = {"service": "web_push", "token": self.subscription, "accepted": "true"}
        async with self.ada.http.get(f"{self.push_url}/journal", params=query) as answer:
            pushes: list[dict[str, Any]] = (await answer.json())["items"]
        return pushes

    async def _unread(self, *, at_least: int) -> int:
        async def look() -> int | None:
            told = await self.ada.call("GET", f"{_NOTIFICATIONS}inbox/unread/")
            unread: int = told["unread"]
            return unread if unread >= at_least else None

        return await until(look, what=f"{at_least} unread items")


def _opened(heard: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what was reported, by title; hints to pull come along with it."""
    return [data["payload"]["title"] for data in heard if data["event"] == _OPENED]


def _spread(seconds: Sequence[float]) -> str:
    slowest = quantiles(seconds, n=20)[-1]
    return f"p50 {median(seconds) * 1000:.0f} ms, p95 {slowest * 1000:.0f} ms"
