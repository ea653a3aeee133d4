"""The page of all metrics that `/metrics` exposes."""

from django.utils.module_loading import autodiscover_modules

from apps.kernel.reference.markdown import code, page, table
from apps.observability.selectors import declared_metrics


def metrics_page() -> str:
    """Return every metric that an app declares, with its labels."""
    autodiscover_modules("metrics")
    rows = [
        (
            code(metric.name),
            metric.kind,
            ", ".join(code(label) for label in metric.labels),
            metric.about,
        )
        for metric in declared_metrics()
    ]
    return page(
        "Metrics",
        "What `/metrics` tells Prometheus, besides the figures of the Python process itself. "
        "Labels are bounded: routes are templates, never paths.",
        table(("Metric", "Kind", "Labels", "Tells"), rows),
    )
