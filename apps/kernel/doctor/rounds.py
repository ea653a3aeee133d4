"""One round of the doctor: every examination that apps have plugged in, none skipped."""

from dataclasses import dataclass

from apps.kernel.ports import Examination, Finding, examinations


@dataclass(frozen=True)
class Report:
    """What one examination found."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def is_well(self) -> bool:
        """Tell whether there is nothing to mend."""
        return all(finding.is_well for finding in self.findings)


def examine_all() -> list[Report]:
    """Return the report of every examination, by name; one that raises is a finding itself."""
    return [Report(examination.name, _findings(examination)) for examination in examinations]


def _findings(examination: Examination) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    try:
        findings.extend(examination.examine())
    except Exception as error:  # noqa: BLE001  whatever is broken, the round goes on
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        findings.append(Finding(f"cannot be examined: {reason}", examination.cure))
    return tuple(findings)
