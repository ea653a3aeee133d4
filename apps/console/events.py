"""What the console announces: what operators do about people."""

from uuid import UUID

from apps.events.types import Event


class OperatorActed(Event, topic="console.operator.acted", personal={"reason": "person_id"}):
    """An operator, the event's actor, did something about a person, and said why.

    Nobody stands behind its scope ``about:<person>``: it is heard by those who hear everything,
    and found in the person's timeline.
    """

    person_id: UUID
    action: str
    # The row it was done to; the person themselves where there is none.
    target_id: UUID
    reason: str
