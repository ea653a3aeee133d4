"""What crosses the door of health: how each part is, and whether requests may come."""

from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    """How a part was when it was last looked at."""

    OK = "ok"
    WARNED = "warned"
    FAILED = "failed"
    # It has not answered within its deadline, or not been looked at for too long.
    SILENT = "silent"
    # It has not been looked at yet.
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Whether requests may be sent here."""

    READY = "ready"
    # Requests are answered, though something they may miss is not well.
    DEGRADED = "degraded"
    UNREADY = "unready"


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """One part: how it is, how long the look took, and how old this knowledge is."""

    name: str
    state: CheckState
    is_decisive: bool
    duration_ms: float | None
    age_seconds: float | None
    # What it means that the part is not well; empty where it is.
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What the probe answers, and why."""

    status: Status
    is_draining: bool
    checks: tuple[CheckReport, ...]
