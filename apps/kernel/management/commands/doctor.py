"""``manage.py doctor``: name each misconfiguration and its cure."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from typing_extensions import override

from apps.kernel.doctor.rounds import Report, examine_all
from apps.kernel.ports import Finding


class Command(BaseCommand):
    """Prints ✓ or ✗ per thing looked at; the exit status is 1 if anything is to be mended.

    A broken environment never gets here: the settings refuse it, and ``manage.py`` prints why.
    """

    help = "Look for misconfigurations, and name the cure of each."
    # The doctor comes when things are broken.
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print JSON, for programs.")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        reports = examine_all()
        if options["json"]:
            self.stdout.write(_as_json(reports))
        else:
            self._print(reports)
        if not all(report.is_well for report in reports):
            raise SystemExit(1)

    def _print(self, reports: list[Report]) -> None:
        for report in reports:
            self.stdout.write(self.style.MIGRATE_HEADING(report.name))
            for finding in report.findings:
                self._print_finding(finding)
        ill = sum(not finding.is_well for report in reports for finding in report.findings)
        self.stdout.write(f"{ill} to mend." if ill else "All is well.")

    def _print_finding(self, finding: Finding) -> None:
        if finding.is_well:
            self.stdout.write(f"  {self.style.SUCCESS('✓')} {finding.what}")
            return
        self.stdout.write(f"  {self.style.ERROR('✗')} {finding.what}")
        self.stdout.write(f"      cure: {finding.cure}")


def _as_json(reports: list[Report]) -> str:
    findings = [
        {
            "examination": report.name,
            "is_well": finding.is_well,
            "what": finding.what,
            "cure": finding.cure,
        }
        for report in reports
        for finding in report.findings
    ]
    is_well = all(report.is_well for report in reports)
    return json.dumps({"is_well": is_well, "findings": findings}, indent=2, ensure_ascii=False)
