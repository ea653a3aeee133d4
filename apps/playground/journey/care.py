"""The chapter of the partner's care: a rotated secret, a replay, and the doctor's visit."""

from dataclasses import dataclass
from typing import Any

from apps.kernel.clock import now
from apps.playground.journey.narration import Narrator, NotSeen
from apps.playground.journey.partner import PartnerServer
from apps.playground.journey.phone import Phone
from apps.playground.journey.waiting import until

_WEBHOOKS = "/api/v1/webhooks/"
_OPENED = "buildings.request.opened"


@dataclass(frozen=True)
class Care:
    """What Ada and the partner do so that no secret grows old and nothing stays missed."""

    narrator: Narrator
    ada: Phone
    partner: PartnerServer
    building: str
    endpoint: str

    async def walk(self) -> None:
        """Walk the chapter; raises NotSeen where a step did not happen."""
        self.narrator.chapter("The partner is looked after")
        await self._rotate()
        await self._replay()
        await self._examine()

    async def _rotate(self) -> None:
        step = self.narrator.step
        fresh = await step("Ada rotates the endpoint's secret", self._new_secret())
        await step("Ada reports a jammed door", self._report("The door is jammed"))
        received = await step(
            "The partner verifies with the former secret",
            self.partner.received(_OPENED, title="The door is jammed"),
        )
        signatures = received["headers"]["webhook-signature"].split(" ")
        if len(signatures) != 2:
            raise NotSeen(f"Expected a signature by each living secret, not {signatures}.")
        self.narrator.note(f"signed by {len(signatures)} living secrets")
        await self.partner.stop()
        self.partner.secret = fresh
        await step("The partner restarts with the new secret", self.partner.start())
        await step("Ada reports a dark stairway", self._report("The stairway is dark"))
        await step(
            "The partner verifies with the new secret",
            self.partner.received(_OPENED, title="The stairway is dark"),
        )

    async def _replay(self) -> None:
        before = len(self.partner.webhooks())
        known = {each["headers"]["webhook-id"] for each in self.partner.webhooks()}
        recovery = await self.narrator.step(
            "Ada asks for everything since the beginning again", self._start_replay()
        )
        done = await self.narrator.step(
            "The replay runs to its end", self._done(f"{_WEBHOOKS}recoveries/{recovery['id']}/")
        )

        async def look() -> list[dict[str, Any]] | None:
            again = self.partner.webhooks()[before:]
            return again if len(again) >= done["total"] else None

        again = await self.narrator.step(
            "The partner receives it all again, under the same ids",
            until(look, what="every event a second time"),
        )
        if not {each["headers"]["webhook-id"] for each in again} <= known:
            raise NotSeen("Expected the ids that the partner knows.")
        self.narrator.note(f"{done['total']} events, {done['percent']:.0f} %")

    async def _examine(self) -> None:
        examination = await self.narrator.step(
            "Ada lets the doctor examine the partner's server",
            self.ada.call(
                "POST", f"{_WEBHOOKS}endpoints/{self.endpoint}/examinations/", expect=202
            ),
        )
        found = await self.narrator.step(
            "The doctor finds it sound",
            self._done(f"{_WEBHOOKS}examinations/{examination['id']}/"),
        )
        failed = [check["name"] for check in found["checks"] if check["verdict"] != "passed"]
        if failed or found["finding"] != "sound":
            raise NotSeen(f"Expected a sound receiver, not one that fails at {failed}.")
        self.narrator.note(f"{len(found['checks'])} checks passed, forged events refused")

    async def _new_secret(self) -> str:
        answer = await self.ada.call(
            "POST",
            f"{_WEBHOOKS}endpoints/{self.endpoint}/rotate-secret/",
            {"grace_hours": 24},
        )
        return str(answer["secret"])

    async def _start_replay(self) -> Any:
        endpoint = f"{_WEBHOOKS}endpoints/{self.endpoint}/"
        since = (await self.ada.call("GET", endpoint))["created_at"]
        period = {"since": since, "until": now().isoformat()}
        return await self.ada.call("POST", f"{endpoint}replay/", period, expect=202)

    async def _done(self, path: str) -> Any:
        async def look() -> dict[str, Any] | None:
            shown: dict[str, Any] = await self.ada.call("GET", path)
            return shown if shown["state"] == "done" else None

        return await until(look, what=f"{path} done", seconds=60)

    async def _report(self, title: str) -> Any:
        return await self.ada.call(
            "POST",
            f"{self.building}requests/",
            {"title": title, "description": "Since today.", "priority": "normal"},
            expect=201,
        )
