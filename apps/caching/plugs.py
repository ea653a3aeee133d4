"""What caching offers to others: a health check, gauges, and two cards of the start page."""

from apps.caching import metrics, selectors
from apps.caching.overview import answers_reading, hits_reading, measured_answers
from apps.console.ports import Chart, Source, charts, sources
from apps.console.types import Kind
from apps.health.ports import Check, Probe, checks
from apps.observability.ports import ScrapedGauges, scraped_gauges
from apps.observability.types import Metric


def _layers() -> Probe:
    from apps.caching.probes import LayersAreWell  # noqa: PLC0415  it takes half a second

    probe: Probe = LayersAreWell()
    return probe


def _gauges() -> dict[Metric, float]:
    _, redis, files = selectors.layers()
    return {
        metrics.REDIS_BYTES: redis.size_bytes,
        metrics.FILES_BYTES: files.size_bytes,
        metrics.FILES_ENTRIES: files.entries,
    }


checks.register(
    Check(
        name="caching",
        make=_layers,
        meaning="A layer of the cache fails or is full: answers come from the others, or are made "
        "anew; nothing is lost.",
        every_seconds=10,
    )
)
scraped_gauges.register(ScrapedGauges("caching", _gauges))
sources.register(Source(name="caching", measure=measured_answers))
charts.register(
    Chart(
        name="caching",
        title="Cache",
        about="What callers got from the cache per minute, and how full its layers are now.",
        kind=Kind.BAR,
        unit="per minute",
        place=50,
        read=answers_reading,
    )
)
charts.register(
    Chart(
        name="caching-layers",
        title="Cache layers",
        about="Fresh entries found per minute, by the layer that had them.",
        kind=Kind.LINE,
        unit="per minute",
        place=51,
        read=hits_reading,
    )
)
