"""The partner's server as the journey starts, stops and questions it."""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.playground.journey.waiting import until


@dataclass
class PartnerServer:
    """A process of its own that verifies webhooks with the reference library."""

    port: int
    record: Path
    secret: str = ""
    process: asyncio.subprocess.Process | None = field(default=None)

    @property
    def url(self) -> str:
        """Where the partner wants its webhooks."""
        return f"http://127.0.0.1:{self.port}/hooks"

    async def start(self) -> None:
        """Start the server and wait until it listens."""
        arguments = ("--port", str(self.port), "--secret", self.secret)
        record = ("--record", str(self.record))
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "devstack.partner", *arguments, *record
        )
        await until(self._answers, what="the partner's server")

    async def stop(self) -> None:
        """Kill the server, as a power cut would."""
        if self.process:
            self.process.kill()
            await self.process.wait()
            self.process = None

    async def received(self, topic: str, **facts: Any) -> dict[str, Any]:
        """Wait for a verified webhook of that topic whose data holds the given facts."""

        async def look() -> dict[str, Any] | None:
            return next((r for r in self.webhooks() if _tells(r, topic, facts)), None)

        return await until(look, what=f"a verified {topic} at the partner", seconds=60)

    def webhooks(self) -> list[dict[str, Any]]:
        """Everything received so far, oldest first."""
        if not self.record.exists():
            return []
        return [json.loads(line) for line in self.record.read_text().splitlines()]

    async def _answers(self) -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            return True
        return False


def _tells(received: dict[str, Any], topic: str, facts: dict[str, Any]) -> bool:
    if not received["verified"]:
        return False
    message: dict[str, Any] = json.loads(received["body"])
    return bool(message["type"] == topic and facts.items() <= message["data"].items())
