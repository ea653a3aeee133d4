"""What realtime plugs into others: a consumer of the log, and what operators see."""

from apps.console.ports import Chart, Source, charts, person_sections, sources
from apps.console.types import Kind
from apps.events.ports import consumers
from apps.realtime.consumer import RealtimeConsumer
from apps.realtime.overview import connections_reading, measured_connections
from apps.realtime.person import SECTION

consumers.register(RealtimeConsumer())
sources.register(Source(name="realtime", measure=measured_connections))
charts.register(
    Chart(
        name="realtime",
        title="Realtime",
        about="Open connections by kind, from the record that nodes keep.",
        kind=Kind.LINE,
        place=45,
        read=connections_reading,
    )
)
person_sections.register(SECTION)
