"""The metrics of sync: what devices pulled and pushed, and what makes pulls dear."""

from apps.observability.ports import counter, declare

PULLS = counter(
    "mainstay_sync_pulls_total",
    "Pages that were pulled: full (of a first pull), incremental, unchanged, or replacement.",
    ("kind",),
)
PULLED_ROWS = counter("mainstay_sync_pulled_rows_total", "Rows and deletions that pulls brought.")
PULLED_CHARACTERS = counter(
    "mainstay_sync_pulled_characters_total", "Length of the rows that pulls brought, as JSON."
)
REPLACEMENTS = counter(
    "mainstay_sync_replacements_total",
    "Times a device was given the full set although it had a checkpoint, by why: checkpoint_lost, "
    "tombstones_purged, other_history, scope_revoked, schema_changed.",
    ("reason",),
)
PUSHES = counter("mainstay_sync_pushes_total", "Pushes that were carried out.")
OPERATIONS = counter(
    "mainstay_sync_operations_total",
    "Operations by what their push was answered: applied, merged, ignored, conflict, rejected, "
    "queued; or repeated, where the first answer was given again.",
    ("outcome",),
)
HINTS = counter("mainstay_sync_hints_total", "Times that devices were told to pull.")
HINTS_LOST = counter(
    "mainstay_sync_hints_lost_total",
    "Hints to devices that could not be given; the next change or the next pull makes up for them.",
)

# Gathered at each scrape, by `plugs`.
OPEN_CONFLICTS = declare(
    "mainstay_sync_conflicts_open", "gauge", "Conflicts that wait for somebody's decision."
)
QUEUED = declare(
    "mainstay_sync_operations_queued", "gauge", "Operations that wait to be tried again."
)
HORIZON_TRANSACTIONS = declare(
    "mainstay_sync_horizon_transactions",
    "gauge",
    "How many transactions pulls must look at one by one: pg_snapshot_xmax - pg_snapshot_xmin.",
)
OLDEST_WRITER_SECONDS = declare(
    "mainstay_sync_oldest_writer_seconds",
    "gauge",
    "Age of the oldest open transaction of this database's cluster that has written.",
)
OLDEST_PREPARED_SECONDS = declare(
    "mainstay_sync_oldest_prepared_seconds", "gauge", "Age of the oldest prepared transaction."
)
