"""The metrics of requests, tasks, and what they ask of others; read at ``/metrics``.

Children with fixed labels are looked up once and kept: that is half of a metric's cost.
"""

from functools import lru_cache

from prometheus_client import Counter, Histogram

from apps.observability.measures import Measures
from apps.observability.ports import counter, declare, gauge, histogram

REQUESTS = counter(
    "mainstay_http_requests_total",
    "Requests answered, by route template and class of status.",
    ("method", "route", "status"),
)
REQUEST_SECONDS = histogram(
    "mainstay_http_request_duration_seconds",
    "Time from a request's arrival until its answer is complete.",
    ("method", "route"),
)
REQUESTS_IN_FLIGHT = gauge("mainstay_http_requests_in_flight", "Requests being answered now.")
TASKS = counter("mainstay_tasks_total", "Celery tasks run, by how they ended.", ("task", "state"))
TASK_SECONDS = histogram("mainstay_task_duration_seconds", "Time a Celery task ran.", ("task",))
EXCEPTIONS = counter(
    "mainstay_exceptions_total",
    "Exceptions logged as errors, by who logged them and type.",
    ("logger", "type"),
)
SQL_STATEMENTS = counter("mainstay_sql_statements_total", "SQL statements of requests and tasks.")
SQL_SECONDS = counter("mainstay_sql_seconds_total", "Time spent waiting for SQL statements.")
CACHE_READS = counter(
    "mainstay_cache_reads_total", "Keys read from the cache, by hit or miss.", ("outcome",)
)
CACHE_SECONDS = counter("mainstay_cache_seconds_total", "Time spent waiting for the cache.")
OUTBOUND_CALLS = counter(
    "mainstay_outbound_calls_total",
    "Calls to other systems, by purpose and how they ended.",
    ("purpose", "outcome"),
)
OUTBOUND_SECONDS = histogram(
    "mainstay_outbound_call_duration_seconds", "Time a call to another system took.", ("purpose",)
)
ANSWERS_REPLAYED = counter(
    "mainstay_answers_replayed_total",
    "Repeated writes answered from what was kept for their Idempotency-Key.",
)
LOG_EVENTS_LOST = counter(
    "mainstay_log_events_lost_total", "Log events that a sink could not take.", ("sink",)
)

# Gathered at each scrape, by `exposition`.
EVENT_LOG_READABLE = declare(
    "mainstay_event_log_readable", "gauge", "Whether the event log could be read for this scrape."
)
EVENT_HORIZON_AGE = declare(
    "mainstay_event_horizon_age_seconds",
    "gauge",
    "Age of the oldest writing transaction; all ordered consumers wait for it.",
)
EVENT_LAG_EVENTS = declare(
    "mainstay_event_consumer_lag_events",
    "gauge",
    "Events a consumer has yet to read.",
    ["consumer"],
)
EVENT_LAG_SECONDS = declare(
    "mainstay_event_consumer_lag_seconds",
    "gauge",
    "Age of the oldest event a consumer has yet to read.",
    ["consumer"],
)
EVENT_CONSUMER_STOPPED = declare(
    "mainstay_event_consumer_stopped",
    "gauge",
    "Whether a consumer has stopped at an event it cannot take in.",
    ["consumer"],
)

_HITS, _MISSES = CACHE_READS.labels("hit"), CACHE_READS.labels("miss")
_MOST_EXCEPTION_TYPES = 200
_exception_types: set[str] = set()


@lru_cache(maxsize=256)
def outbound_series(purpose: str, outcome: str) -> tuple[Counter, Histogram]:
    """The counter and the histogram of outbound calls like this one."""
    return OUTBOUND_CALLS.labels(purpose, outcome), OUTBOUND_SECONDS.labels(purpose)


@lru_cache(maxsize=4096)
def request_series(method: str, route: str, status_class: int) -> tuple[Counter, Histogram]:
    """The counter and the histogram of requests like this one."""
    return (
        REQUESTS.labels(method, route, f"{status_class}xx"),
        REQUEST_SECONDS.labels(method, route),
    )


def count_exception(logger: str, exception_type: str) -> None:
    """Count an exception; types beyond the first 200 are counted as one."""
    if len(_exception_types) < _MOST_EXCEPTION_TYPES:
        _exception_types.add(exception_type)
    counted = exception_type if exception_type in _exception_types else "other"
    EXCEPTIONS.labels(logger, counted).inc()


def add_up(measures: Measures) -> None:
    """Add what a finished request or task asked of others to the totals."""
    if measures.sql_count:
        SQL_STATEMENTS.inc(measures.sql_count)
        SQL_SECONDS.inc(measures.sql_seconds)
    if measures.cache_hits:
        _HITS.inc(measures.cache_hits)
    if measures.cache_misses:
        _MISSES.inc(measures.cache_misses)
    if measures.cache_seconds:
        CACHE_SECONDS.inc(measures.cache_seconds)
