"""``manage.py demo_data``: people and a building to begin with, and the way in."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from apps.playground.demo import set_the_stage
from apps.playground.pushes import open_push_accounts

STAGES = {"development", "test"}


class Command(BaseCommand):
    """Writes the demo data and how to enter it; repeating it changes only the way in."""

    help = "Write the demo data; refused in staging and production."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--output", type=Path, required=True, help="file that receives tokens and password"
        )
        parser.add_argument("--push", type=Path, help="file of accounts at push services")

    @override
    def handle(self, *, output: Path, push: Path | None = None, **options: object) -> None:
        if settings.ENVIRONMENT not in STAGES:
            raise CommandError(f"There is no demo data in {settings.ENVIRONMENT}.")
        output.touch(mode=0o600)
        output.write_text(json.dumps(set_the_stage().as_data(), indent=2) + "\n")
        if push is not None:
            open_push_accounts(json.loads(push.read_text(encoding="utf-8")))
        self.stdout.write(f"The demo data is there; {output} says how to enter.")
