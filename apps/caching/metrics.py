"""The metrics of caching: what was asked of each layer, and what came of it."""

from apps.observability.ports import counter, declare, gauge, histogram

HITS = counter(
    "mainstay_caching_hits_total",
    "Fresh entries found, by the layer that had them.",
    ("layer", "namespace"),
)
MISSES = counter(
    "mainstay_caching_misses_total",
    "Layers that were asked and had no fresh entry.",
    ("layer", "namespace"),
)
ANSWERS = counter(
    "mainstay_caching_answers_total",
    "What callers got: a fresh entry, a stale one, one made for them (or for another who asked at "
    "once), an absence, or an error.",
    ("outcome", "namespace"),
)
MAKING_SECONDS = histogram(
    "mainstay_caching_making_duration_seconds",
    "Time it took to make what was missing.",
    ("namespace",),
)
EVICTIONS = counter(
    "mainstay_caching_evictions_total", "Entries that went to make room for others.", ("layer",)
)
FAILURES = counter(
    "mainstay_caching_layer_failures_total",
    "Times a layer failed, after which it is left alone for a moment.",
    ("layer",),
)
MEMORY_BYTES = gauge("mainstay_caching_memory_bytes", "Memory that entries take, over processes.")

# Gathered at each scrape, by `plugs`.
REDIS_BYTES = declare("mainstay_caching_redis_bytes", "gauge", "Redis's memory that entries take.")
FILES_BYTES = declare(
    "mainstay_caching_files_bytes", "gauge", "Disk that entries take, at the last sweep."
)
FILES_ENTRIES = declare(
    "mainstay_caching_files_entries", "gauge", "Files that hold entries, at the last sweep."
)
