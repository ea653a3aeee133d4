"""What all processes of this instance have counted together, as far as they share a folder."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample


def totals() -> Iterator[Sample]:
    """Return every sample of every metric; nothing where processes count each for itself."""
    folder = settings.OBSERVABILITY_METRICS_DIR
    if not folder or not Path(folder).is_dir():
        return
    collector: Collector = MultiProcessCollector(CollectorRegistry(), path=folder)  # type: ignore[no-untyped-call]  # its seam
    for metric in collector.collect():
        yield from metric.samples
