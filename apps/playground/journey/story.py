"""The story itself: every step is seen to happen, or the journey ends there."""

import os
import secrets
import signal
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from apps.playground.journey.care import Care
from apps.playground.journey.narration import Narrator, NotSeen
from apps.playground.journey.offline import Offline
from apps.playground.journey.partner import PartnerServer
from apps.playground.journey.phone import Phone, together
from apps.playground.journey.reach import Reach
from apps.playground.journey.share import Share
from apps.playground.journey.stack import Stack
from apps.playground.journey.waiting import until


@dataclass
class Journey:
    """Two phones, a partner, and the narrator who watches them."""

    narrator: Narrator
    stack: Stack
    http: aiohttp.ClientSession
    partner: PartnerServer

    def __post_init__(self) -> None:
        """Hand out the phones."""
        self.ada = Phone("ada", "ios", self.http, self.stack.base_url)
        self.ben = Phone("ben", "android", self.http, self.stack.base_url)
        self.building = ""
        self.endpoint = ""

    async def walk(self) -> None:
        """Walk all chapters; raises NotSeen where one did not happen."""
        await self.two_people_arrive()
        await self.they_share_a_building()
        await self.a_partner_listens()
        await self.nothing_is_lost()
        await Care(self.narrator, self.ada, self.partner, self.building, self.endpoint).walk()
        await Reach(
            self.narrator,
            self.ada,
            self.ben,
            self.building,
            self.stack.realtime_url,
            self.stack.push_url,
        ).walk()
        await Share(
            self.narrator, self.ada, self.ben, self.building, self.stack.realtime_url
        ).walk()
        await Offline(
            self.narrator, self.ada, self.ben, self.building, self.stack.realtime_url
        ).walk()
        await self.the_operator_looks()

    async def two_people_arrive(self) -> None:
        """Sign-up, verification, sign-in and devices."""
        self.narrator.chapter("Two people arrive")
        step, phones = self.narrator.step, (self.ada, self.ben)
        await step("Ada and Ben sign up", together(*phones, method="sign_up"))
        await step(
            "Both type in the code from their mail", together(*phones, method="verify_email")
        )
        await step("Ben signs in again on his new phone", self.ben.sign_in())
        await step("Both phones are registered", together(*phones, method="register_device"))

    async def they_share_a_building(self) -> None:
        """A building, an invitation, and a stranger's view before it."""
        self.narrator.chapter("They share a building")
        step = self.narrator.step
        key = secrets.token_hex(16)
        created = await step("Ada creates a building", self._create_building(key))
        again = await step(
            "Her phone repeats the write it got no answer for", self._create_building(key)
        )
        mine = await self.ada.call("GET", "/api/v1/buildings/")
        _expect(again == created and len(mine["items"]) == 1, f"one building, not {mine}")
        self.building = f"/api/v1/buildings/{created['id']}/"
        await step(
            "Ben, a stranger, is told there is none",
            self.ben.call("GET", self.building, expect=404),
        )
        await step(
            "Ada invites Ben",
            self.ada.call(
                "POST",
                f"{self.building}invitations/",
                {"email": self.ben.email, "role": "resident"},
                expect=201,
            ),
        )
        await step("Ben accepts", self._accept_invitation())
        seen = await step("Ben sees the building", self.ben.call("GET", self.building))
        _expect(seen["name"] == "Harbour House", f"the building by its name, not {seen}")

    async def a_partner_listens(self) -> None:
        """A signed webhook from one phone's write to the partner's server."""
        self.narrator.chapter("A partner listens")
        step = self.narrator.step
        endpoint = await step("Ada registers the partner's endpoint", self._register_endpoint())
        self.endpoint, self.partner.secret = endpoint["id"], endpoint["secret"]
        await step("The partner's server starts", self.partner.start())
        await step("Ada reports a dripping tap", self._report("The tap drips"))
        received = await step(
            "The partner receives the event, and its signature verifies",
            self.partner.received("buildings.request.opened", title="The tap drips"),
        )
        self.narrator.note(f"webhook-id {received['headers']['webhook-id']}")

    async def nothing_is_lost(self) -> None:
        """The receiver and the worker die in the middle; the event arrives all the same."""
        self.narrator.chapter("Things die, nothing is lost")
        step = self.narrator.step
        await self.partner.stop()
        await step(
            "With the partner's server dead, Ada reports a broken lift",
            self._report("The lift is stuck"),
        )
        await step(
            "The house notes that the delivery failed and when it tries again",
            self._failed_attempt(),
        )
        killed = self.stack.process_id("worker")
        os.kill(killed, signal.SIGKILL)
        await step(f"The worker (pid {killed}) is killed and comes back", self._new_worker(killed))
        await step("The partner's server comes back", self.partner.start())
        await step(
            "The event arrives, late but signed",
            self.partner.received("buildings.request.opened", title="The lift is stuck"),
        )

    async def the_operator_looks(self) -> None:
        """What the operator sees of all this, with links into the admin."""
        self.narrator.chapter("The operator looks")
        deliveries = await self.narrator.step(
            "Every delivery is accounted for", self._settled_deliveries()
        )
        kinds = Counter((each["event_type"], each["state"]) for each in deliveries)
        for (event_type, state), number in kinds.items():
            self.narrator.note(f"{event_type:<32} {state:<10} {number} of the latest")
        for title, path in self.stack.admin_pages():
            self.narrator.note(f"{title:<22} {path}")

    async def _create_building(self, key: str) -> Any:
        body = {"name": "Harbour House", "address": "1 Quay Street"}
        return await self.ada.call("POST", "/api/v1/buildings/", body, expect=201, key=key)

    async def _accept_invitation(self) -> Any:
        mine = await self.ben.call("GET", "/api/v1/buildings/invitations/")
        invitation = mine["items"][0]["id"]
        return await self.ben.call("POST", f"/api/v1/buildings/invitations/{invitation}/accept/")

    async def _register_endpoint(self) -> Any:
        return await self.ada.call(
            "POST",
            "/api/v1/webhooks/endpoints/",
            {"url": self.partner.url, "event_types": ["buildings.request.opened"]},
            expect=201,
        )

    async def _report(self, title: str) -> Any:
        return await self.ada.call(
            "POST",
            f"{self.building}requests/",
            {"title": title, "description": "Since this morning.", "priority": "high"},
            expect=201,
        )

    async def _deliveries(self) -> list[dict[str, Any]]:
        answer = await self.ada.call(
            "GET", f"/api/v1/webhooks/deliveries/?endpoint={self.endpoint}"
        )
        items: list[dict[str, Any]] = answer["items"]
        return items

    async def _failed_attempt(self) -> Any:
        async def look() -> bool:
            return any(
                d["attempt_count"] and d["state"] == "pending" for d in await self._deliveries()
            )

        return await until(look, what="a failed attempt with a next one planned")

    async def _settled_deliveries(self) -> list[dict[str, Any]]:
        async def look() -> list[dict[str, Any]] | None:
            found = await self._deliveries()
            return found if found and all(d["state"] == "succeeded" for d in found) else None

        return await until(look, what="all deliveries succeeded")

    async def _new_worker(self, killed: int) -> bool:
        async def look() -> bool:
            return self.stack.process_id("worker") not in {0, killed}

        return await until(look, what="a new worker")


def _expect(is_seen: bool, what: str) -> None:
    if not is_seen:
        raise NotSeen(f"Expected {what}.")


def record_in(folder: Path) -> Path:
    """Return an empty record for the partner in that folder."""
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / "partner.jsonl"
    record.unlink(missing_ok=True)
    return record
