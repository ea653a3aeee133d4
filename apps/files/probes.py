"""The health check of scanners, as a class of django-health-check.

Import this module only where a check is made: django-health-check takes half a second.
"""

from dataclasses import dataclass

from health_check.base import HealthCheck
from health_check.exceptions import ServiceWarning
from typing_extensions import override

from apps.files.errors import ScannerUnavailable
from apps.files.scanning import scanners_in_use


@dataclass
class ScannersAnswer(HealthCheck):  # type: ignore[misc]  # health_check has no types
    """Warns of scanners that do not answer: files stay pending, and everything else goes on."""

    @override
    def run(self) -> None:
        silent = []
        for scanner in scanners_in_use():
            try:
                scanner.signatures()
            except ScannerUnavailable:
                silent.append(scanner.name)
        if silent:
            raise ServiceWarning(f"{', '.join(silent)} does not answer")
