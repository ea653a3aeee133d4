"""The metrics of imaging: what came of pictures, how long they took, how the processes fare."""

from apps.observability.ports import counter, gauge, histogram

PICTURES = counter(
    "mainstay_imaging_pictures_total",
    "Pictures looked at (inspect) or drawn (render): done, refused for good, or sent away (busy).",
    ("work", "outcome"),
)
SECONDS = histogram(
    "mainstay_imaging_duration_seconds",
    "Time a caller waited for a picture, in line and while it was worked on.",
    ("work",),
)
RESTARTS = counter(
    "mainstay_imaging_restarts_total",
    "Processes replaced: idle, worn, silent for too long, out of CPU time (cpu), or died.",
    ("reason",),
)
BUSY = gauge("mainstay_imaging_busy_processes", "Processes that draw at this moment.")
