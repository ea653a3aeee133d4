"""The health checks of scanners and of the storage, as classes of django-health-check.

Import this module only where a check is made: django-health-check takes half a second.
"""

from dataclasses import dataclass

from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable, ServiceWarning
from typing_extensions import override

from apps.files.errors import ScannerUnavailable, StorageUnavailable
from apps.files.scanning import scanners_in_use
from apps.files.storages import current_storage


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


@dataclass
class StorageAnswers(HealthCheck):  # type: ignore[misc]  # health_check has no types
    """Fails where the storage that new files go to cannot be used."""

    @override
    def run(self) -> None:
        storage = current_storage()
        try:
            storage.check()
        except StorageUnavailable as error:
            raise ServiceUnavailable(f"{storage.name} cannot be used") from error
