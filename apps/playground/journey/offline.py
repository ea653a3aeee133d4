"""The chapter without a network: two phones edit the same, and end up with the same."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from apps.playground.journey.live_line import LiveLine
from apps.playground.journey.narration import Narrator, NotSeen
from apps.playground.journey.phone import Phone
from apps.playground.journey.replica import Replica, Row, new_row_id
from apps.playground.journey.waiting import until

_CONFLICTS = "/api/v1/sync/conflicts/"
_BEN_SAYS = "It drips from the ceiling."
_ADA_SAYS = "The pipe above it leaks."
# In the order of his outbox.
_BEN_DID = (
    "the cellar's title",
    "the cellar's description",
    "the gate's priority",
    "the bulb, new",
)
_BOTH_SAY = "The pipe above it leaks, so it drips from the ceiling."


@dataclass
class Offline:
    """Ben is in the cellar, where there is no network; Ada is not."""

    narrator: Narrator
    ada: Phone
    ben: Phone
    building: str
    realtime_url: str
    line: LiveLine = field(init=False)

    def __post_init__(self) -> None:
        """Hand each a replica, and Ada a line to the building's room."""
        self.building_id = self.building.rstrip("/").rpartition("/")[2]
        self.scope = f"building:{self.building_id}"
        self.line = LiveLine("Ada's phone", self.ada, self.realtime_url, f"room:{self.scope}")
        self.adas, self.bens = Replica(self.ada), Replica(self.ben)
        self.cellar, self.gate, self.bulb = new_row_id(), new_row_id(), new_row_id()

    async def walk(self) -> None:
        """Walk the chapter; raises NotSeen where a step did not happen."""
        self.narrator.chapter("Ben is without a network")
        await self._take_along()
        await self._edit()
        await self._come_back()
        await self._decide()
        await self.line.leave()

    async def _take_along(self) -> None:
        step = self.narrator.step
        for row_id, title in ((self.cellar, "The cellar is wet"), (self.gate, "The gate jams")):
            self._open(row_id, title)
        await step("Ben's phone makes two requests and pushes them", self.bens.sync())
        await step("Ada's phone pulls all that there is", self.adas.sync())
        self._expect_alike()
        shown = self.adas.rows("requests")
        self.narrator.note(f"{len(shown)} requests in her copy; those two keep the ids Ben's chose")

    async def _edit(self) -> None:
        step = self.narrator.step
        await step(
            "In the cellar, off the net, Ben edits both and reports another", self._edit_off()
        )
        self.narrator.note(f"{len(self.bens.outbox)} edits wait on his phone")
        self.adas.edit("requests", self.cellar, priority="high", description=_ADA_SAYS)
        self.adas.edit("requests", self.gate, title="The garden gate jams")
        taken = await step("Meanwhile Ada edits the same two", self.adas.sync())
        _expect_outcomes(taken, applied=2)

    async def _edit_off(self) -> None:
        self.bens.edit("requests", self.cellar, title="The cellar is flooded")
        self.bens.edit("requests", self.cellar, description=_BEN_SAYS)
        self.bens.edit("requests", self.gate, priority="urgent")
        self._open(self.bulb, "The cellar's bulb is broken")

    async def _come_back(self) -> None:
        step = self.narrator.step
        await step("Ada's phone enters the building's room", self.line.connect())
        await step("Ben comes back, and the answer to his push is lost", self.bens.send())
        results = await step(
            "His phone pushes the same again; nothing is done twice", self.bens.sync()
        )
        if not all(result["is_repeated"] for result in results):
            raise NotSeen(f"Expected nothing to be done twice, not {results}.")
        _expect_outcomes(results, merged=2, conflict=1, applied=1)
        for what, result in zip(_BEN_DID, results, strict=True):
            self.narrator.note(f"{what:<26} {result['outcome']}")
        await step("Ada's phone hears that another one has pushed", self._told())
        await step("It pulls, and both show the same", self.adas.sync())
        self._expect_alike()
        self._expect_seen(self.cellar, title="The cellar is flooded", priority="high")
        self._expect_seen(self.cellar, description=_ADA_SAYS)
        self._expect_seen(self.gate, title="The garden gate jams", priority="urgent")
        self._expect_seen(self.bulb, title="The cellar's bulb is broken")
        self.narrator.note(
            "the cellar: Ben's title, Ada's priority; hers is the description so far"
        )

    async def _decide(self) -> None:
        step = self.narrator.step
        conflict = await step("Ben is shown both descriptions", self._conflict())
        self.narrator.note(f"his: {conflict['mine']['description']}")
        self.narrator.note(f"hers: {conflict['theirs']['description']}")
        notice = await step("His inbox tells him of it", self._notice(conflict["id"]))
        self.narrator.note(f"{notice['title']}: {notice['body']}")
        chosen = {"resolution": "merged", "values": {"description": _BOTH_SAY}}
        place = f"{_CONFLICTS}{conflict['id']}/resolve/"
        await step("He makes one of the two", self.ben.call("POST", place, chosen))
        await step(
            "Whoever decides again is told that it is decided",
            self.ben.call("POST", place, {"resolution": "mine"}, expect=409),
        )
        await step(
            "Both pull what he has chosen", asyncio.gather(self.adas.sync(), self.bens.sync())
        )
        self._expect_alike()
        self._expect_seen(self.cellar, description=_BOTH_SAY)
        self.narrator.note(_BOTH_SAY)

    async def _told(self) -> Any:
        """Wait for a hint at what another device has changed; her own she leaves alone."""

        async def look() -> bool:
            hints = [each.data for each in self.line.heard if each.data["event"] == "sync.changed"]
            return any(
                hint["payload"]["scope"] == self.scope
                and hint["payload"]["device"] != self.adas.tag
                for hint in hints
            )

        return await until(look, what="a hint of what Ben has pushed")

    async def _notice(self, conflict_id: str) -> Row:
        """Wait for the notice of a conflict; more than one is one too many."""

        async def look() -> list[Row]:
            inbox = await self.ben.call("GET", "/api/v1/notifications/inbox/")
            return [
                item for item in inbox["items"] if item["data"].get("conflict_id") == conflict_id
            ]

        found = await until(look, what="a notice of the conflict")
        if len(found) != 1:
            raise NotSeen(f"Expected one notice of the conflict, not {found}.")
        return found[0]

    async def _conflict(self) -> Any:
        waiting = await self.ben.call("GET", f"{_CONFLICTS}?settled=open")
        found = [each for each in waiting["items"] if each["record_id"] == self.cellar]
        if len(found) != 1 or found[0]["fields"] != ["description"]:
            raise NotSeen(f"Expected one conflict about the description, not {found}.")
        if (found[0]["mine"]["description"], found[0]["theirs"]["description"]) != (
            _BEN_SAYS,
            _ADA_SAYS,
        ):
            raise NotSeen(f"Expected both versions to be kept, not {found[0]}.")
        return found[0]

    def _open(self, row_id: str, title: str) -> None:
        new = {"building_id": self.building_id, "title": title, "description": ""}
        self.bens.edit("requests", row_id, **new, priority="normal")

    def _expect_alike(self) -> None:
        adas, bens = self.adas.rows("requests"), self.bens.rows("requests")
        differing = [key for key in adas.keys() | bens.keys() if adas.get(key) != bens.get(key)]
        if differing:
            pairs = [(adas.get(key), bens.get(key)) for key in differing]
            raise NotSeen(f"Expected the same on both phones, not {pairs}.")

    def _expect_seen(self, row_id: str, **values: Any) -> None:
        row = self.adas.rows("requests").get(row_id, {})
        if not values.items() <= row.items():
            raise NotSeen(f"Expected {values} on both phones, not {row}.")


def _expect_outcomes(results: list[Row], **expected: int) -> None:
    outcomes = Counter(result["outcome"] for result in results)
    if outcomes != expected:
        raise NotSeen(f"Expected {expected}, not {results}.")
