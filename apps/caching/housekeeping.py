"""Looking after the folder: one sweep at a time, whoever does it, and what it found for all."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import structlog
from django.conf import settings

from apps.caching import metrics, popularity, sweeping
from apps.caching.inventory import Item, items
from apps.caching.layers.stack import stack
from apps.caching.sweeping import Limits, Plan
from apps.caching.types import LayerName, Pressure, Removal, Removed, Storage
from apps.caching.whole_files import write_whole
from apps.kernel import clock

log = structlog.get_logger("caching")

_REPORT, _LOCK = "report.json", "sweep.lock"


def clean(*, is_dry_run: bool = False) -> Storage:
    """Remove from this host's folder what is dead, unused, left over or, at the limit, worth least.

    A dry run only tells what would go. Waits while somebody else sweeps. Raises OSError where the
    folder cannot be read or written.
    """
    folder = stack().files.folder
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder / _LOCK):
        return _swept(folder, is_dry_run=is_dry_run)


def clean_if_nobody_does() -> Storage | None:
    """Sweep as `clean`; None where another process does at this moment."""
    folder = stack().files.folder
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with held(folder / _LOCK, is_waiting=False):
            return _swept(folder, is_dry_run=False)
    except BlockingIOError:
        return None


def last_sweep() -> Storage | None:
    """Return what the last sweep found; None before the first, or where it cannot be read."""
    try:
        told = orjson.loads((stack().files.folder / _REPORT).read_bytes())
        return _storage(told)
    except (OSError, ValueError, TypeError, LookupError):
        return None


@contextmanager
def held(path: Path, *, is_waiting: bool = True) -> Iterator[None]:
    """Hold a file's lock, which the kernel takes back from who dies; raises BlockingIOError."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if is_waiting else fcntl.LOCK_NB))
        yield


def limits() -> Limits:
    """Return what the folder may take."""
    return Limits(
        limit_bytes=settings.CACHING_FILES_BYTES,
        least_free_bytes=settings.CACHING_LEAST_FREE_BYTES,
    )


def _swept(folder: Path, *, is_dry_run: bool) -> Storage:
    moment = clock.now()
    known = popularity.gather(folder, moment.timestamp())
    found, free = list(items(stack().files.entries_folder)), stack().files.free_bytes()
    planned = sweeping.plan(found, known, limits(), free_bytes=free, moment=moment.timestamp())
    if is_dry_run:
        return _report(found, {}, sweeping.told(planned), moment)
    removed = sweeping.carry_out(planned)
    stack().files.empty_trash()
    report = _report(found, planned, removed, moment)
    write_whole(folder / _REPORT, orjson.dumps(asdict(report), option=orjson.OPT_NON_STR_KEYS))
    _tell(report)
    return report


def _report(
    found: list[Item], gone: Plan, removed: dict[Removal, Removed], moment: datetime
) -> Storage:
    paths = {item.path for items in gone.values() for item in items}
    staying = [item for item in found if item.path not in paths]
    size, free = sum(item.size_bytes for item in staying), stack().files.free_bytes()
    return Storage(
        at=moment,
        pressure=sweeping.pressure(size, limits(), free_bytes=free),
        entries=sum(item.is_entry for item in staying),
        size_bytes=size,
        limit_bytes=limits().limit_bytes,
        free_bytes=free,
        by_namespace=sweeping.sizes_by_namespace(staying),
        removed=removed,
    )


def _tell(report: Storage) -> None:
    evicted = report.removed.get(Removal.EVICTED, Removed())
    metrics.EVICTIONS.labels(LayerName.FILES).inc(evicted.files)
    if report.removed or report.pressure is not Pressure.CALM:
        log.info(
            "folder.swept",
            pressure=report.pressure,
            size_bytes=report.size_bytes,
            removed={reason: removed.files for reason, removed in report.removed.items()},
        )


def _storage(told: dict[str, Any]) -> Storage:
    removed = {Removal(reason): Removed(**each) for reason, each in told["removed"].items()}
    at, pressure = datetime.fromisoformat(told["at"]), Pressure(told["pressure"])
    return Storage(**(told | {"at": at, "pressure": pressure, "removed": removed}))
