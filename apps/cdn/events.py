"""What happens to purges; what was purged, by whom and with what outcome is audited from these."""

from uuid import UUID

from apps.events.types import Event


class PurgeRequested(Event, topic="cdn.purge.requested", ordering="purge_id"):
    """Somebody, or code, wants the CDN to forget: ``target`` is urls, tags or everything."""

    purge_id: UUID
    target: str
    subjects: list[str]
    # An operator's; "" where code asked.
    reason: str


class PurgeParted(Event, topic="cdn.purge.parted", ordering="purge_id"):
    """The CDN refuses something of a purge: one half goes on by itself, under an id of its own."""

    purge_id: UUID
    part_id: UUID
    part_subjects: list[str]


class PurgeFinished(Event, topic="cdn.purge.finished", ordering="purge_id"):
    """The CDN has forgotten (``outcome`` done), or will not (refused), and why."""

    purge_id: UUID
    outcome: str
    problem: str
