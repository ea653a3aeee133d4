"""``manage.py realtime``: serve realtime connections."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override


class Command(BaseCommand):
    """Run a node."""

    help = "Serve realtime connections: WebSocket, server-sent events, and their emulation."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        serve = actions.add_parser("serve", help="Run a node until stopped; start one per core.")
        serve.add_argument("--host", default="127.0.0.1")
        serve.add_argument("--port", type=int, required=True)

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        # uvicorn and uvloop are for this process alone.
        from apps.realtime.asgi import get_application  # noqa: PLC0415
        from apps.realtime.server import Server  # noqa: PLC0415

        Server(get_application(), host=options["host"], port=options["port"]).run()
