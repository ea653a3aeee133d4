"""``manage.py webhooks``: let the doctor examine the receiver behind an endpoint."""

import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from apps.kernel.errors import AppError
from apps.webhooks import selectors, services
from apps.webhooks.types import CheckResult, CheckVerdict, ExaminationState, Finding

PATIENCE_SECONDS = 300.0
_SIGNS = {CheckVerdict.PASSED: "✓", CheckVerdict.FAILED: "✗", CheckVerdict.UNKNOWN: "?"}


class Command(BaseCommand):
    """Operate webhooks."""

    help = "Operate webhooks."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        doctor = actions.add_parser(
            "doctor", help="Send genuine and forged events to a receiver; print how it did."
        )
        doctor.add_argument("endpoint", type=UUID, help="The endpoint's id.")

    @override
    def handle(self, *args: Any, endpoint: UUID, **options: Any) -> None:
        try:
            examination_id = services.request_examination(endpoint_id=endpoint)
        except AppError as error:
            raise CommandError(error.detail or error.title) from error
        services.examine_waiting()
        finding, checks = self._awaited(examination_id)
        for check in checks:
            self._print(check)
        if finding != Finding.SOUND:
            raise CommandError(f"{finding.value}: {finding.label}.")
        self.stdout.write(self.style.SUCCESS(f"{finding.value}: {finding.label}."))

    def _awaited(self, examination_id: UUID) -> tuple[Finding, list[CheckResult]]:
        """Return what came of it; a worker may have been faster to take it up than we."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            examination = selectors.examination(examination_id)
            if examination.state == ExaminationState.DONE:
                return Finding(examination.finding), selectors.checks_of(examination)
            time.sleep(0.2)
        raise CommandError("A worker has taken it up and not finished; look in the admin.")

    def _print(self, check: CheckResult) -> None:
        style = self.style.SUCCESS if check.verdict == CheckVerdict.PASSED else self.style.WARNING
        sign = style(_SIGNS[CheckVerdict(check.verdict)])
        self.stdout.write(f"{sign} {check.name:<20} {check.sent}")
        self.stdout.write(f"  {'':<20} expected {check.expected}, got {check.got}")
        if check.advice:
            self.stdout.write(f"  {'':<20} {check.advice}")
