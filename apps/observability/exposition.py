"""What Prometheus reads: the metrics of all worker processes, and the state of the event log."""

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

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
from apps.observability.types import Metric

log = structlog.get_logger("observability")

_DEADLINE_SECONDS = 1.0


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


def event_log_metrics() -> bytes:
    """Return how far the consumers are, in Prometheus' text format, within about a second.

    A database that fails or hangs costs these figures and nothing else.
    """
    registry = CollectorRegistry()
    registry.register(_EventLog(_reading.state()))
    return generate_latest(registry)


class _Reading:
    """Reads the event log in a thread, so that a database that hangs can be waited for no longer.

    At most one thread reads; while it hangs, scrapes find the log unreadable at once.
    """

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._found: tuple[float, list[ConsumerLag]] | None = None

    def state(self) -> tuple[float, list[ConsumerLag]] | None:
        """Return the horizon's age and the consumers' lags, or None."""
        if self._thread is not None and self._thread.is_alive():
            return None
        self._found = None
        thread = threading.Thread(target=self._read, name="event-log-metrics", daemon=True)
        self._thread = thread
        thread.start()
        thread.join(_DEADLINE_SECONDS)
        return self._found

    def _read(self) -> None:
        with closing(connection):
            try:
                self._found = horizon_age_seconds(), consumer_lags()
            except Exception:
                log.warning("metrics.event_log_unreadable", exc_info=True)


_reading = _Reading()


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
