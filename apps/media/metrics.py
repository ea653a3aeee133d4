"""The metrics of the image service: what was answered, and how remote sources did."""

from apps.observability.ports import counter, gauge

ANSWERS = counter(
    "mainstay_media_answers_total",
    "Pictures asked for, by what came of it: hit (made before), made, stale, not_modified, "
    "fallback, refused (the request's fault) or failed (ours or a source's).",
    ("outcome",),
)
HOT_HITS = counter(
    "mainstay_media_hot_hits_total",
    "Of these, answers given from the table of the image process, without asking the cache.",
)
UPSTREAM_CALLS = counter(
    "mainstay_media_upstream_calls_total",
    "Calls to remote sources: answered, failed, or not made while the source rests (resting) or "
    "while enough requests wait for it (crowded).",
    ("outcome",),
)
WAITING = gauge("mainstay_media_waiting", "Requests that wait for a picture, over processes.")
RESTING_SOURCES = gauge(
    "mainstay_media_resting_sources",
    "Remote sources that are left alone after failures, added up over processes.",
)
