"""``manage.py docs``: write the generated reference, or tell whether it is stale."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from apps.kernel.reference.freshness import refresh, stale_files


class Command(BaseCommand):
    """Keeps `docs/reference` and `deploy/env` true."""

    help = "Write the reference pages and example environments that are generated from code."
    # The reference is written on machines without a database.
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail with a diff if one is stale."
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
            return
        for name in refresh(settings.BASE_DIR):
            self.stdout.write(f"wrote {name}")

    def _check(self) -> None:
        stale = stale_files(settings.BASE_DIR)
        for file in stale:
            self.stdout.write(file.difference())
        if stale:
            names = ", ".join(file.name for file in stale)
            raise CommandError(f"Stale: {names}. Run `make docs` and commit the result.")
        self.stdout.write("The reference says what the code says.")
