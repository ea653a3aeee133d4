"""The health check of caching, as a class of django-health-check.

Import this module only where a check is made: django-health-check takes half a second.
"""

from dataclasses import dataclass

from health_check.base import HealthCheck
from health_check.exceptions import ServiceWarning
from typing_extensions import override

from apps.caching.selectors import layers, storage
from apps.caching.types import Pressure

_TOLD = {Pressure.CRITICAL: "at its limit", Pressure.FULL: "short of disk"}


@dataclass
class LayersAreWell(HealthCheck):  # type: ignore[misc]  # health_check has no types
    """Warns of layers that fail, and of a folder under pressure: requests are served all the same.

    A folder above 80 % of its limit is no warning: it is there to be filled.
    """

    @override
    def run(self) -> None:
        complaints = [f"{layer.name} fails" for layer in layers() if layer.is_resting]
        last = storage()
        if last is not None and last.pressure in _TOLD:
            complaints.append(f"files are {_TOLD[last.pressure]}")
        if complaints:
            raise ServiceWarning(", ".join(complaints))
