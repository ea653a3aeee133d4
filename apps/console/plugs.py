"""What the console offers itself: the event log, which stands below it and cannot plug in."""

from apps.console.event_log import (
    lag_reading,
    measured_lags,
    moments_of,
)
from apps.console.ports import (
    Chart,
    PersonSection,
    Source,
    charts,
    person_sections,
    sources,
)
from apps.console.types import Kind

sources.register(Source(name="events", measure=measured_lags))
charts.register(
    Chart(
        name="consumers",
        title="Event log",
        about="How old the oldest event is that each consumer has yet to read, every 15 seconds.",
        kind=Kind.LINE,
        unit="s behind",
        place=30,
        read=lag_reading,
    )
)
person_sections.register(
    PersonSection(
        name="events",
        title="Events",
        permission="events.view_logentry",
        place=90,
        entries=moments_of,
    )
)
