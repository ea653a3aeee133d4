"""Parts that are as well as a test wants them to be."""

import threading
from dataclasses import dataclass, field
from typing import Literal

from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable, ServiceWarning
from typing_extensions import override

from apps.health.ports import Check

Behaviour = Literal["ok", "warns", "fails", "explodes", "hangs"]


@dataclass
class Patient(HealthCheck):  # type: ignore[misc]  # health_check has no types
    """A part whose condition a test sets."""

    behaviour: Behaviour = "ok"
    looks: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @override
    def run(self) -> None:
        self.looks += 1
        if self.behaviour == "warns":
            raise ServiceWarning("nearly full")
        if self.behaviour == "fails":
            raise ServiceUnavailable("down, at db.internal with password=hunter2")
        if self.behaviour == "explodes":
            raise RecursionError
        if self.behaviour == "hangs":
            self.released.wait(60)


def check_of(
    patient: Patient,
    *,
    name: str = "patient",
    is_decisive: bool = True,
    every_seconds: float = 0.02,
    deadline_seconds: float = 0.1,
) -> Check:
    """The check that looks at this patient."""
    return Check(
        name=name,
        make=lambda: patient,
        meaning="The patient is not well.",
        is_decisive=is_decisive,
        every_seconds=every_seconds,
        deadline_seconds=deadline_seconds,
    )
