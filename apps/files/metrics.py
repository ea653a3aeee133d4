"""The metrics of files."""

from apps.observability.ports import counter, declare, histogram

STORAGE_OPERATIONS = counter(
    "mainstay_files_storage_operations_total",
    "Calls to a storage by what came of them: done; missing, the object is not there; cut, the "
    "sender of the bytes went away; failed, the storage did.",
    ("storage", "operation", "outcome"),
)
STORAGE_SECONDS = histogram(
    "mainstay_files_storage_operation_duration_seconds",
    "Time that calls to a storage took which it carried out; of reading, up to the first bytes.",
    ("storage", "operation"),
)

CHECKS = counter(
    "mainstay_files_checks_total",
    "Files that were looked through: clean, infected, refused, put off (pending), or given up "
    "(error).",
    ("outcome",),
)
SCANS = counter(
    "mainstay_files_scans_total",
    "Times a scanner was asked: clean, infected, unavailable, or failed at this file.",
    ("scanner", "outcome"),
)
SCAN_SECONDS = histogram(
    "mainstay_files_scan_duration_seconds", "Time it took a scanner to read a file.", ("scanner",)
)
RESCANS = counter(
    "mainstay_files_rescans_total",
    "Contents that were looked at again, by newer signatures: clean or infected.",
    ("outcome",),
)
GIVEN = counter(
    "mainstay_files_given_total",
    "Files that were given out, by who gives the bytes: here (this process), the proxy in front "
    "by X-Accel-Redirect, or the storage by a redirect.",
    ("by",),
)
SWEPT = counter(
    "mainstay_files_orphans_removed_total", "Objects without a row that sweeps removed."
)

# Gathered at each scrape, by `plugs`.
PENDING = declare("mainstay_files_pending", "gauge", "Files that wait to be looked through.")
OLDEST_PENDING_SECONDS = declare(
    "mainstay_files_oldest_pending_seconds", "gauge", "How long the longest waiting file waits."
)
RENDITIONS = counter(
    "mainstay_files_renditions_total",
    "Renditions by what came of them: ready, failed for good, or postponed.",
    ("outcome",),
)
HINTS_LOST = counter(
    "mainstay_files_hints_lost_total",
    "Wake-ups of a worker that Redis did not take; the beat finds the work later.",
)
RENDITIONS_PENDING = declare(
    "mainstay_files_renditions_pending", "gauge", "Renditions that are still to be made."
)
OLDEST_RENDITION_SECONDS = declare(
    "mainstay_files_oldest_due_rendition_seconds",
    "gauge",
    "How long the longest overdue rendition waits.",
)
