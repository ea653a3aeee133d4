"""``python -m devstack.push``: FCM, APNs and Web Push on this machine, until stopped."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
from pathlib import Path

import uvloop

from devstack import paths
from devstack.push.listening import listening
from devstack.push.services import JOURNAL_SIZE, PushServices
from devstack.terminal import say


def main() -> None:
    """Answer until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="devstack.push", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="FCM, Web Push, control API, page")
    parser.add_argument("--apns-port", type=int, default=0, help="APNs, HTTP/2 over TLS")
    parser.add_argument("--folder", type=Path, default=paths.DEV / "push", help="keys and CA")
    parser.add_argument("--journal-size", type=int, default=JOURNAL_SIZE)
    options = parser.parse_args()
    # What is kept points to nothing that points back: looking through it all is time lost.
    gc.set_threshold(50_000, 50, 50)
    services = PushServices(options.folder, journal_size=options.journal_size)
    uvloop.run(_serve(services, options.port, options.apns_port))


async def _serve(services: PushServices, http_port: int, apns_port: int) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with listening(services, http_port=http_port, apns_port=apns_port):
        say(f"Push services: {services.url}, APNs at {services.apns_host}")
        await ended.wait()


if __name__ == "__main__":
    main()
