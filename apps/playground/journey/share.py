"""The chapter of sharing: a photo on a bad line, a virus that gets nowhere, sizes on demand."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from apps.playground.journey.live_line import LiveLine
from apps.playground.journey.narration import Narrator, NotSeen
from apps.playground.journey.phone import Phone
from apps.playground.journey.photo import SIZE, shown_size, taken_photo, tells_a_place
from apps.playground.journey.sending import Sending
from apps.playground.journey.waiting import until

# The test file of all scanners (EICAR), in halves: nobody shall find it in this one.
_EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_THUMBNAIL = "300"
_WIDTHS = (240, 480, 960)
_FILES = "/api/v1/files/"


@dataclass
class Share:
    """Ada sends a photo to the building; Ben looks on."""

    narrator: Narrator
    ada: Phone
    ben: Phone
    building: str
    realtime_url: str
    line: LiveLine = field(init=False)

    def __post_init__(self) -> None:
        """Hand Ben a line to the building's room."""
        self.scope = f"building:{self.building.rstrip('/').rpartition('/')[2]}"
        self.line = LiveLine("Ben's phone", self.ben, self.realtime_url, f"room:{self.scope}")

    async def walk(self) -> None:
        """Walk the chapter; raises NotSeen where a step did not happen."""
        self.narrator.chapter("A photo is shared")
        await self.narrator.step("Ben's phone enters the building's room", self.line.connect())
        photo = await self._send()
        await self._look(photo)
        await self._sizes(photo)
        await self._virus()
        await self.line.leave()

    async def _send(self) -> str:
        step, content = self.narrator.step, taken_photo()
        photo = Sending(self.ada, content, "harbour.jpg", "image", self.scope)
        await step(f"Ada begins to send a photo of {_mib(content)}", photo.begin())
        arrived = await step("Her line dies in the middle", photo.break_off())
        self.narrator.note(f"{arrived:,} of {len(content):,} bytes are there")
        if not 0 < arrived < len(content):
            raise NotSeen(f"Expected a part of the photo to be there, not {arrived} bytes.")
        await step("Ben sees that it is on its way", self._hears("upload.progressed", photo))
        await step("Ada's phone sends what is missing", photo.finish())
        return photo.id

    async def _look(self, photo: str) -> None:
        step = self.narrator.step
        await step(
            "It is looked through and clean",
            self.line.hears("files.file.scanned", file_id=photo, state="clean"),
        )
        await step(
            "Ben hears that its thumbnail is ready",
            self.line.hears(
                "files.file.processed", file_id=photo, rendition=_THUMBNAIL, state="ready"
            ),
        )
        thumbnail = await step("Ben sees the thumbnail", self._thumbnail(photo))
        if tells_a_place(thumbnail):
            raise NotSeen("Expected a thumbnail that does not tell where it was taken.")
        width, height = shown_size(thumbnail)
        if width >= height:
            raise NotSeen(f"Expected the photo upright, not {width} by {height}.")
        self.narrator.note(f"{width} by {height}, upright, and nothing of camera or place")

    async def _sizes(self, photo: str) -> None:
        made = await self.narrator.step(
            f"The image service shows it {_joined(_WIDTHS)} wide",
            asyncio.gather(*(self._picture(photo, width) for width in _WIDTHS)),
        )
        sizes = [shown_size(content) for content in made]
        if sizes != [(width, round(width * SIZE[0] / SIZE[1])) for width in _WIDTHS]:
            raise NotSeen(f"Expected the widths that were asked for, not {sizes}.")
        self.narrator.note(", ".join(f"{len(content) // 1024} KiB" for content in made))

    async def _virus(self) -> None:
        step = self.narrator.step
        virus = Sending(self.ada, _EICAR.encode(), "invoice.txt", "document", self.scope)
        await step("Ada is tricked into sending a virus", virus.begin())
        await virus.finish()
        await step(
            "The house finds it",
            self.line.hears("files.file.scanned", file_id=virus.id, state="infected"),
        )
        place = f"{_FILES}{virus.id}/content"
        refused = (phone.call("GET", place, expect=403) for phone in (self.ada, self.ben))
        await step("It is given to neither of them", asyncio.gather(*refused))

    async def _hears(self, topic: str, sending: Sending) -> Any:
        return await self.line.hears(f"files.{topic}", upload_id=sending.id)

    async def _thumbnail(self, photo: str) -> bytes:
        async def look() -> str | None:
            shown = await self.ben.call("GET", f"{_FILES}{photo}/")
            return next((r["url"] for r in shown["renditions"] if r["name"] == _THUMBNAIL), None)

        return await self._content(await until(look, what="the thumbnail's address"))

    async def _picture(self, photo: str, width: int) -> bytes:
        wanted = {"width": width, "format": "webp"}
        place = f"/api/v1/media/files/{photo}/urls/"
        signed = await self.ben.call("POST", place, wanted, expect=201)
        return await self._content(signed["url"])

    async def _content(self, url: str) -> bytes:
        async with self.ben.http.get(url) as answer:
            content = await answer.read()
        if answer.status != 200:
            raise NotSeen(f"{url} answered {answer.status}: {content[:300]!r}")
        return content


def _mib(content: bytes) -> str:
    return f"{len(content) / 1024 / 1024:.1f} MiB"


def _joined(widths: tuple[int, ...]) -> str:
    *most, last = map(str, widths)
    return f"{', '.join(most)} and {last} px"
