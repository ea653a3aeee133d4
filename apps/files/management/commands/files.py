"""``manage.py files``: let files be looked through again, and sweep after them."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from typing_extensions import override

from apps.files import services
from apps.files.selectors import last_sweep
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

        sweeping = actions.add_parser("sweep", help="Remove what nobody needs, and tell of it.")
        sweeping.add_argument("--dry-run", action="store_true", help="Only tell what would go.")
        actions.add_parser("report", help="Print what the last sweep found.")

    @override
    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action in {"sweep", "report"}:
            self._show_sweep(action, is_dry_run=options.get("dry_run", False))
            return
        if action == "rescan":
            self.stdout.write(f"{services.request_rescan()} contents will be scanned again.")
            return
        try:
            for file_id in options["file"]:
                services.check_again(file_id)
        except AppError as error:
            raise CommandError(error.detail or error.title) from error
        self.stdout.write(f"{len(options['file'])} will be looked through again.")

    def _show_sweep(self, action: str, *, is_dry_run: bool) -> None:
        report = services.sweep(is_dry_run=is_dry_run) if action == "sweep" else last_sweep()
        if report is None:
            raise CommandError("No sweep has run yet: `files sweep`.")
        done = "would be " if report.is_dry_run else ""
        size = filesizeformat(report.orphaned_bytes).replace("\xa0", " ")
        for line in (
            f"{report.at:%Y-%m-%d %H:%M:%S} UTC, {report.seconds:.1f} s",
            f"{report.expired_uploads} expired uploads {done}removed",
            f"{report.unused_blobs} contents of no file {done}removed",
            f"{report.orphaned_objects} objects without a row {done}removed, {size}",
            f"{report.quarantined_objects} objects {done}removed from quarantine",
            f"{report.usages_off} usages {done}set right",
            f"{len(report.missing_objects)} objects are missing",
            *(f"missing: {name}" for name in report.missing_objects),
            *(f"did not answer: {name}" for name in report.storages_away),
        ):
            self.stdout.write(line)
