"""What crosses the door of observability."""

from dataclasses import dataclass
from typing import Literal

MetricKind = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric as Prometheus sees it."""

    name: str
    kind: MetricKind
    about: str
    labels: tuple[str, ...]
