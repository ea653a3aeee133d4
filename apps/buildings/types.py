"""The words of buildings that may cross its door: roles, stages of a request, a membership."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextChoices


class Role(TextChoices):
    """What a member is to a building, the highest first; each may do what those below may."""

    OWNER = "owner"
    MANAGER = "manager"
    RESIDENT = "resident"

    def covers(self, other: "Role") -> bool:
        """Return whether this role may do all that the other may."""
        ranks = list(Role)
        return ranks.index(self) <= ranks.index(other)


class Status(TextChoices):
    """Where a maintenance request stands; `workflow` says what may follow what."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"


class Priority(TextChoices):
    """How soon a maintenance request should be looked at."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True)
class Membership:
    """One person in one building, in one role."""

    building_id: UUID
    user_id: int
    role: Role

    def may_act_as(self, role: Role) -> bool:
        """Return whether the person may do what that role may do."""
        return self.role.covers(role)
