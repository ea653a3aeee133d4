"""``manage.py keys``: see the keys of the house."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from apps.keyring.selectors import keys
from apps.keyring.types import Purpose

_ROW = "{:<18} {:<13} {:<12} {:<9} {}"


class Command(BaseCommand):
    """List the keys; their material is never shown."""

    help = "List the keys by purpose, with the state each is in and since when."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="Print every key, oldest first.")
        listing.add_argument("--purpose", choices=Purpose.values, help="Only keys of this purpose.")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        purpose = Purpose(options["purpose"]) if options["purpose"] else None
        self.stdout.write(_ROW.format("PURPOSE", "KID", "ALGORITHM", "STATE", "SINCE"))
        for key in keys(purpose=purpose):
            since = f"{key.since:%Y-%m-%d %H:%M}"
            self.stdout.write(_ROW.format(key.purpose, key.kid, key.algorithm, key.state, since))
