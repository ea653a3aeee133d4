"""``manage.py journey``: walk the whole house over HTTP and tell what was seen."""

import asyncio
import socket
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import aiohttp
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from apps.playground.journey.narration import Narrator, NotSeen
from apps.playground.journey.partner import PartnerServer
from apps.playground.journey.stack import Stack
from apps.playground.journey.story import Journey, record_in


class Command(BaseCommand):
    """Exit 0 only if every step was seen to happen."""

    help = "Two phones and a partner walk through the running stack."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stack", type=Path, default=Path(".dev/stack.json"))

    @override
    def handle(self, *args: Any, stack: Path, **options: Any) -> None:
        start = time.perf_counter()
        narrator = Narrator(self.stdout.write, self.style.SUCCESS)
        try:
            asyncio.run(_walk(narrator, Stack(stack)))
        except (NotSeen, aiohttp.ClientError) as problem:
            raise CommandError(f"✗ {problem}") from problem
        seconds = time.perf_counter() - start
        self.stdout.write(f"\nAll {narrator.steps} steps were seen, in {seconds:.1f} s.")


async def _walk(narrator: Narrator, stack: Stack) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    partner = PartnerServer(port, record_in(stack.file.parent / "journey"))
    timeout = aiohttp.ClientTimeout(total=20)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http:
            await Journey(narrator, stack, http, partner).walk()
    finally:
        await partner.stop()
