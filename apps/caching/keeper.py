"""The keeper: a thread in each process that uses the cache, which looks after the host's folder.

Of all processes that share a folder, one sweeps at a time. A thread and not Celery's beat: the
folder is on the host of the web process, and the worker may be on another.
"""

import os
import threading
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection

from apps.caching import popularity
from apps.caching.housekeeping import clean_if_nobody_does, last_sweep
from apps.caching.layers.stack import stack
from apps.caching.warming import warm
from apps.kernel import clock

log = structlog.get_logger("caching")

TELL_EVERY_SECONDS = 30.0
SWEEP_EVERY_SECONDS = 60.0
# Since the last sweep, by this process: then the next one does not wait for its time.
SWEEP_AFTER_PART = 0.05
WARM_EVERY_SECONDS = 6 * 3600.0
# Another process that has just started may have warmed already.
_WARM_AT_START_SECONDS = 60.0
_WARMED = "warmed"


class Keeper:
    """Does a round every few seconds (``settings.CACHING_KEEPER_SECONDS``; 0: never)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        # Of a process: a thread does not live on in a child.
        self._pid = 0
        self._has_warmed = False
        self._told_at = 0.0
        self._swept_at_bytes = 0

    def start_once(self) -> None:
        """Start the thread, unless this process has one."""
        if self._pid == os.getpid() or not settings.CACHING_KEEPER_SECONDS:
            return
        with self._lock:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
            self._stopped = threading.Event()
        threading.Thread(
            target=self._run, args=[self._stopped], name="caching-keeper", daemon=True
        ).start()

    def stop(self) -> None:
        """Let the thread end after its round."""
        self._stopped.set()
        self._pid = 0

    def round(self) -> None:
        """Tell what was asked for, sweep and warm if it is time; raises OSError."""
        files, moment = stack().files, clock.now().timestamp()
        if moment - self._told_at >= TELL_EVERY_SECONDS:
            self._told_at = moment
            popularity.tell(files.folder, stack().tally.take(moment))
        if self._is_sweep_due():
            self._swept_at_bytes = files.written_bytes
            clean_if_nobody_does()
        if self._is_warming_due(files.folder / _WARMED, moment):
            warm()

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.wait(settings.CACHING_KEEPER_SECONDS):
            try:
                self.round()
            except Exception:
                log.warning("keeper.failed", exc_info=True)
            finally:
                connection.close()

    def _is_sweep_due(self) -> bool:
        last = last_sweep()
        if last is None or (clock.now() - last.at).total_seconds() >= SWEEP_EVERY_SECONDS:
            return True
        written = stack().files.written_bytes - self._swept_at_bytes
        return written > settings.CACHING_FILES_BYTES * SWEEP_AFTER_PART

    def _is_warming_due(self, marker: Path, moment: float) -> bool:
        """Tell whether nobody on this host has warmed for long, and let others know we do."""
        at_start = not self._has_warmed
        self._has_warmed = True
        every = _WARM_AT_START_SECONDS if at_start else WARM_EVERY_SECONDS
        if marker.exists() and moment - marker.stat().st_mtime < every:
            return False
        marker.touch()
        os.utime(marker, (moment, moment))
        return True


keeper = Keeper()
