"""A phone sends a file by tus 1.0.0, over a line that may die in the middle."""

import asyncio
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from apps.playground.journey.narration import NotSeen
from apps.playground.journey.phone import Phone
from apps.playground.journey.waiting import until

_TUS = {"Tus-Resumable": "1.0.0"}
_OCTETS = {**_TUS, "Content-Type": "application/offset+octet-stream"}
# Another request still writes, or is not yet known to be dead.
_PASSING = {409, 423, 503}


@dataclass
class Sending:
    """One file on its way; an upload and its file share one id."""

    phone: Phone
    content: bytes
    name: str
    purpose: str
    scope: str
    url: str = ""

    @property
    def id(self) -> str:
        """What the house calls it."""
        return self.url.rstrip("/").rpartition("/")[2]

    async def begin(self) -> None:
        """Tell the house what is coming, and learn where it wants the bytes."""
        words = {"filename": self.name, "purpose": self.purpose, "scope": self.scope}
        pairs = (f"{key} {b64encode(word.encode()).decode()}" for key, word in words.items())
        about = {"Upload-Length": str(len(self.content)), "Upload-Metadata": ",".join(pairs)}
        headers = {**_TUS, **self._bearer, **about}
        url = f"{self.phone.base_url}/api/v1/uploads/"
        async with self.phone.http.post(url, headers=headers) as answer:
            if answer.status != 201:
                raise NotSeen(f"An upload was answered {answer.status}: {await answer.text()}")
            self.url = answer.headers["Location"]

    async def break_off(self) -> int:
        """Promise the whole file, and let the line die after half of it; return what arrived."""
        place = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        length = {"Upload-Offset": "0", "Content-Length": str(len(self.content))}
        headers = {"Host": place.netloc, **_OCTETS, **self._bearer, **length}
        lines = [f"PATCH {place.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        writer.write(self.content[: len(self.content) // 2])
        await writer.drain()
        writer.transport.abort()
        with suppress(OSError):
            await reader.read()
        return await until(self._arrived, what="what arrived before the line died")

    async def finish(self) -> None:
        """Ask how much is there, and send the rest in chunks."""

        async def is_done() -> bool:
            offset = await self.offset()
            chunk = self.content[offset : offset + len(self.content) // 4]
            headers = {**_OCTETS, **self._bearer, "Upload-Offset": str(offset)}
            async with self.phone.http.patch(self.url, data=chunk, headers=headers) as answer:
                if answer.status not in {204, *_PASSING}:
                    raise NotSeen(f"A chunk was answered {answer.status}: {await answer.text()}")
                return answer.headers.get("Upload-Offset") == str(len(self.content))

        await until(is_done, what="the rest of the file sent")

    async def offset(self) -> int:
        """Return how much of it the house has."""
        async with self.phone.http.head(self.url, headers={**_TUS, **self._bearer}) as answer:
            return int(answer.headers.get("Upload-Offset", 0))

    async def _arrived(self) -> int:
        return await self.offset()

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.phone.access_token}"}
