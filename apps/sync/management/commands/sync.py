"""``manage.py sync``: repair what devices go by."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from apps.kernel.errors import AppError
from apps.sync import services


class Command(BaseCommand):
    """Operate the sync of devices."""

    help = "Operate the sync of devices."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("restamp", help="Stamp all rows anew after a restore from a dump.")
        actions.add_parser("purge", help="Forget what is past retention.")

    @override
    def handle(self, *args: Any, action: str, **options: Any) -> None:
        run: Callable[[dict[str, Any]], None] = getattr(self, f"_{action}")
        try:
            run(options)
        except AppError as error:
            raise CommandError(error.detail or error.title) from error

    def _restamp(self, options: dict[str, Any]) -> None:
        done = services.restamp()
        self.stdout.write(
            f"{done.rows} rows stamped; epoch {done.epoch} begins, and every device"
            " is given all of its rows at its next pull."
        )

    def _purge(self, options: dict[str, Any]) -> None:
        done = services.purge()
        self.stdout.write(
            f"Forgotten: {done.tombstones} deleted rows, {done.grants} ends of access,"
            f" {done.operations} operations, {done.conflicts} settled conflicts,"
            f" {done.devices} devices."
        )
