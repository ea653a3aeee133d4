"""The metrics of files."""

from apps.observability.ports import counter, histogram

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
