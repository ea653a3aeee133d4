"""What Prometheus reads: the metrics of all worker processes, and what is looked up for it."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

import structlog
from django.conf import settings
from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import mark_process_dead
from prometheus_client.registry import Collector
from typing_extensions import override

from apps.events.selectors import consumer_lags, horizon_age_seconds
from apps.events.types import ConsumerLag
from apps.observability import metrics
from apps.observability.ports import ScrapedGauges, scraped_gauges
from apps.observability.types import Metric

log = structlog.get_logger("observability")

_DEADLINE_SECONDS = 1.0

Found = TypeVar("Found")


def forget_dead_processes() -> None:
    """Remove the gauges of worker processes that have died; what they counted stays counted."""
    folder = settings.OBSERVABILITY_METRICS_DIR
    if not folder:
        return
    for pid in {int(file.stem.rpartition("_")[2]) for file in Path(folder).glob("gauge_live*.db")}:
        if not _is_alive(pid):
            mark_process_dead(pid, path=folder)  # type: ignore[no-untyped-call]  # its seam


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def scraped_metrics() -> bytes:
    """Return what is read anew for each scrape, in Prometheus' text format, in about a second.

    That is how far the consumers of the event log are, and the gauges that apps plug in. A
    database that fails or hangs costs these figures and nothing else.
    """
    readings = [_reading_of(group) for group in scraped_gauges]
    _event_log.begin()
    for reading in readings:
        reading.begin()
    until = time.monotonic() + _DEADLINE_SECONDS
    registry = CollectorRegistry()
    registry.register(_EventLog(_event_log.found(until=until)))
    for reading in readings:
        registry.register(_Gauges(reading.found(until=until) or {}))
    return generate_latest(registry)


class _Reading(Generic[Found]):
    """Reads in a thread, so that a database that hangs can be waited for no longer.

    At most one thread reads; while it hangs, scrapes find nothing readable at once.
    """

    def __init__(self, name: str, read: Callable[[], Found]) -> None:
        self._name = name
        self._read = read
        self._thread: threading.Thread | None = None
        self._hangs = False
        self._found: Found | None = None

    def begin(self) -> None:
        """Start to read, unless an earlier reading hangs."""
        self._hangs = self._thread is not None and self._thread.is_alive()
        if self._hangs:
            return
        self._found = None
        self._thread = threading.Thread(target=self._run, name=f"{self._name}-metrics", daemon=True)
        self._thread.start()

    def found(self, *, until: float) -> Found | None:
        """Return what was read, waiting for it until a moment of the monotonic clock."""
        if self._thread is None or self._hangs:
            return None
        self._thread.join(max(0.0, until - time.monotonic()))
        return None if self._thread.is_alive() else self._found

    def _run(self) -> None:
        with closing(connection):
            try:
                self._found = self._read()
            except Exception:
                log.warning("metrics.unreadable", of=self._name, exc_info=True)


_event_log = _Reading("event-log", lambda: (horizon_age_seconds(), consumer_lags()))


@lru_cache(maxsize=64)
def _reading_of(group: ScrapedGauges) -> _Reading[Mapping[Metric, float]]:
    return _Reading(group.name, group.read)


class _Gauges(Collector):
    """What apps had read for this scrape."""

    def __init__(self, found: Mapping[Metric, float]) -> None:
        self._found = found

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges."""
        for metric, value in self._found.items():
            yield _family(metric, [((), value)])


class _EventLog(Collector):
    """The state of the event log as metrics."""

    def __init__(self, state: tuple[float, list[ConsumerLag]] | None) -> None:
        self._state = state

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges."""
        yield _family(metrics.EVENT_LOG_READABLE, [((), float(self._state is not None))])
        if self._state is None:
            return
        age, lags = self._state
        yield _family(metrics.EVENT_HORIZON_AGE, [((), age)])
        yield _family(metrics.EVENT_LAG_EVENTS, [((lag.name,), lag.events) for lag in lags])
        yield _family(metrics.EVENT_LAG_SECONDS, [((lag.name,), lag.seconds) for lag in lags])
        yield _family(
            metrics.EVENT_CONSUMER_STOPPED, [((lag.name,), lag.state == "stopped") for lag in lags]
        )


def _family(metric: Metric, samples: Iterable[tuple[tuple[str, ...], float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(metric.name, metric.about, labels=metric.labels)
    for labels, value in samples:
        family.add_metric(labels, value)
    return family
