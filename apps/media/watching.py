"""The watch over a hot table: a thread that looks four times a second whether it still holds."""

import threading

import structlog
from django.db import connection

from apps.caching.selectors import forgetting_mark
from apps.caching.services import note_uses
from apps.media import breakers, metrics, signing
from apps.media.hot import HotTable
from apps.media.remembered import PICTURES

log = structlog.get_logger("media")

_EVERY_SECONDS = 0.25


class Watch:
    """Tells a hot table what it rests on, and metrics what it gave."""

    def __init__(self, table: HotTable) -> None:
        self._table = table
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="media-watch", daemon=True)
        self._resting = 0

    def start(self) -> None:
        """Look once, then go on in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and wait for it."""
        self._stopped.set()
        self._thread.join()

    def look(self) -> None:
        """Look whether the table still holds; raises nothing."""
        try:
            forgotten, keys = forgetting_mark(), signing.keys_mark()
            self._table.watched(None if forgotten is None else (forgotten, keys))
        except Exception:
            log.warning("watch.failed", exc_info=True)
            self._table.watched(None)

    def tell(self) -> None:
        """Count what the table has given since."""
        for key, times in self._table.take_uses().items():
            if times:
                metrics.HOT_HITS.inc(times)
                metrics.ANSWERS.labels("hit").inc(times)
                note_uses(PICTURES, key, times=times)
        resting = sum(breakers.resting().values())
        metrics.RESTING_SOURCES.inc(resting - self._resting)
        self._resting = resting

    def _run(self) -> None:
        try:
            while True:
                self.look()
                self.tell()
                if self._stopped.wait(_EVERY_SECONDS):
                    return
        finally:
            connection.close()
