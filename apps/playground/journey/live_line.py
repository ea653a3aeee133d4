"""A phone's socket: Centrifugo's protocol in JSON, as far as the journey needs it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import orjson

from apps.kernel.clock import now
from apps.playground.journey.narration import NotSeen
from apps.playground.journey.phone import Phone
from apps.playground.journey.waiting import until


@dataclass(frozen=True)
class Heard:
    """What came over the line, and when."""

    data: Mapping[str, Any]
    at: datetime

    @property
    def delay_seconds(self) -> float:
        """How long after the event was written."""
        return (self.at - datetime.fromisoformat(self.data["at"])).total_seconds()


@dataclass
class LiveLine:
    """One connection of one phone to a realtime node, which remembers where it was."""

    name: str
    phone: Phone
    url: str
    room: str
    heard: list[Heard] = field(default_factory=list)
    position: dict[str, Any] = field(default_factory=dict)
    # What the last subscription brought after an absence; None where nothing was proven.
    recovered: list[Mapping[str, Any]] | None = None
    _line: aiohttp.ClientWebSocketResponse | None = None
    _listening: "asyncio.Task[None] | None" = None
    _replies: dict[int, "asyncio.Future[dict[str, Any]]"] = field(default_factory=dict)

    async def connect(self) -> None:
        """Connect with the phone's token, and enter the room where it was left."""
        url = self.url.replace("http", "ws", 1) + "/connection/websocket"
        self._line = await self.phone.http.ws_connect(url)
        self._listening = asyncio.create_task(self._listen(self._line))
        await self._ask("connect", token=self.phone.access_token, name="journey")
        since = {"recover": True, **self.position} if self.position else {}
        told = await self._ask("subscribe", channel=self.room, join_leave=True, **since)
        missed = told.get("publications", [])
        is_proven = told.get("recovered")
        self.recovered = [publication["data"] for publication in missed] if is_proven else None
        for publication in missed:
            self._take(publication)
        self.position = {"epoch": told["epoch"], "offset": told.get("offset", 0)}

    async def leave(self) -> None:
        """Hang up."""
        assert self._line is not None
        assert self._listening is not None
        await self._line.close()
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening

    async def present(self) -> int:
        """Return how many connections are in the room."""
        return len((await self._ask("presence", channel=self.room))["presence"])

    async def hears(self, topic: str, **facts: Any) -> Heard:
        """Wait for an event of that topic whose payload holds the given facts."""

        async def look() -> Heard | None:
            return next((heard for heard in self.heard if _tells(heard.data, topic, facts)), None)

        return await until(look, what=f"{topic} on {self.name}")

    async def _ask(self, command: str, **params: Any) -> dict[str, Any]:
        assert self._line is not None
        number = len(self._replies) + 1
        self._replies[number] = asyncio.get_running_loop().create_future()
        await self._line.send_str(orjson.dumps({"id": number, command: params}).decode())
        reply = await asyncio.wait_for(self._replies[number], timeout=20)
        if "error" in reply:
            raise NotSeen(f"{command} on {self.name} was answered {reply['error']}.")
        told: dict[str, Any] = reply[command]
        return told

    async def _listen(self, line: aiohttp.ClientWebSocketResponse) -> None:
        async for reply in _replies_of(line):
            if not reply:
                await line.send_str("{}")
            elif "id" in reply:
                self._replies[reply["id"]].set_result(reply)
            elif "pub" in reply.get("push", {}):
                self._take(reply["push"]["pub"], channel=reply["push"]["channel"])

    def _take(self, publication: Mapping[str, Any], *, channel: str = "") -> None:
        self.heard.append(Heard(publication["data"], now()))
        if channel == self.room:
            self.position["offset"] = publication["offset"]


async def _replies_of(line: aiohttp.ClientWebSocketResponse) -> AsyncIterator[dict[str, Any]]:
    async for message in line:
        for text in str(message.data).split("\n"):
            yield orjson.loads(text)


def _tells(data: Mapping[str, Any], topic: str, facts: Mapping[str, Any]) -> bool:
    return bool(data["event"] == topic and facts.items() <= data["payload"].items())
