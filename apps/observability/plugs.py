"""What observability offers to others: requests and their times, for the operator's start page."""

from apps.console.ports import Chart, Source, charts, sources
from apps.console.types import Kind
from apps.observability.traffic import latency_reading, measured_requests, requests_reading

sources.register(Source(name="requests", measure=measured_requests))
charts.register(
    Chart(
        name="requests",
        title="Requests",
        about="Requests per minute by how they were answered, summed over the web processes.",
        kind=Kind.BAR,
        unit="per minute",
        place=10,
        read=requests_reading,
    )
)
charts.register(
    Chart(
        name="latency",
        title="Answer time",
        about="The mean time from a request's arrival until its answer was complete.",
        kind=Kind.LINE,
        unit="ms",
        place=11,
        read=latency_reading,
    )
)
