"""``manage.py files``: let files be looked through again."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from apps.files import services
from apps.kernel.errors import AppError


class Command(BaseCommand):
    """Operate files."""

    help = "Operate files."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser(
            "rescan", help="Let all clean files be scanned again, in the background."
        )
        again = actions.add_parser(
            "check-again", help="Look anew through files that could not be checked."
        )
        again.add_argument("file", type=UUID, nargs="+", help="A file's id.")

    @override
    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "rescan":
            self.stdout.write(f"{services.request_rescan()} contents will be scanned again.")
            return
        try:
            for file_id in options["file"]:
                services.check_again(file_id)
        except AppError as error:
            raise CommandError(error.detail or error.title) from error
        self.stdout.write(f"{len(options['file'])} will be looked through again.")
