"""What other apps plug in: metrics of their own, declared here so that one page lists them all.

What a process counts it keeps in a counter, gauge or histogram; what anybody could look up, such as
the length of a queue, is read when somebody asks: see `ScrapedGauges`.

Labels must be bounded: names from the code, never ids, paths or texts from outside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram

from apps.kernel.registry import Registry
from apps.observability.types import Metric, MetricKind

_declared: dict[str, Metric] = {}

# Seconds; from a cache hit to the longest request that is allowed.
DURATION_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def counter(name: str, about: str, labels: Sequence[str] = ()) -> Counter:
    """Declare a counter; its name ends in ``_total``."""
    declare(name, "counter", about, labels)
    return Counter(name, about, labels)


def gauge(name: str, about: str, labels: Sequence[str] = ()) -> Gauge:
    """Declare a gauge that adds up over the living worker processes."""
    declare(name, "gauge", about, labels)
    return Gauge(name, about, labels, multiprocess_mode="livesum")


def histogram(name: str, about: str, labels: Sequence[str] = ()) -> Histogram:
    """Declare a histogram of seconds."""
    declare(name, "histogram", about, labels)
    return Histogram(name, about, labels, buckets=DURATION_BUCKETS)


def declare(name: str, kind: MetricKind, about: str, labels: Sequence[str] = ()) -> Metric:
    """Declare a metric; raises ValueError where the name is taken."""
    if name in _declared:
        raise ValueError(f"A metric named {name!r} is already declared.")
    _declared[name] = Metric(name=name, kind=kind, about=about, labels=tuple(labels))
    return _declared[name]


def declared() -> list[Metric]:
    """Every declared metric, sorted by name."""
    return [_declared[name] for name in sorted(_declared)]


@dataclass(frozen=True)
class ScrapedGauges:
    """Gauges without labels that one function reads anew for each scrape.

    It may ask the database. It runs in a thread of its own; where it takes more than a second or
    raises, the page goes out without these gauges.
    """

    name: str
    read: Callable[[], Mapping[Metric, float]]


scraped_gauges: Registry[ScrapedGauges] = Registry("group of scraped gauges")
