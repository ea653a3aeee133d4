"""The Seq sink: log events as CLEF, in batches, from a thread of its own.

Bounded in every way: a full queue loses its oldest event and counts it, a dead or slow server
costs the logging thread nothing, and a process that ends waits for it only shortly.
"""

import http.client
import os
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.util import Finalize
from typing import Any
from urllib.parse import SplitResult, urlsplit
from weakref import WeakSet

import orjson
import structlog

from apps.observability.lines import encoded
from apps.observability.metrics import LOG_EVENTS_LOST

log = structlog.get_logger("observability")

_PATH = "/ingest/clef"
_MOST_EVENTS = 200
_TIMEOUT_SECONDS = 5.0
_LINGER_SECONDS = 0.2
_PAUSES_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
_LEVELS = {
    "debug": "Debug",
    "info": "Information",
    "warning": "Warning",
    "error": "Error",
    "critical": "Fatal",
}
_TOO_MANY_REQUESTS = 429

_lost = LOG_EVENTS_LOST.labels("seq")
_sinks: "WeakSet[SeqSink]" = WeakSet()


class SeqSink:
    """Passes log events on to one Seq server."""

    def __init__(
        self, *, url: str, api_key: str = "", capacity: int = 10_000, flush_seconds: float = 2.0
    ) -> None:
        self._url = urlsplit(url)
        self._headers = {"Content-Type": "application/vnd.serilog.clef"}
        if api_key:
            self._headers["X-Seq-ApiKey"] = api_key
        self._capacity = capacity
        self._flush_seconds = flush_seconds
        self.renew()
        _sinks.add(self)

    def renew(self) -> None:
        """Start empty; in a forked child too, where the thread is gone and locks may be held."""
        self._queue: deque[bytes] = deque()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._filled = threading.Event()
        self._closing = threading.Event()

    def offer(self, line: bytes) -> None:
        """Take an encoded event; the oldest is dropped where the queue is full."""
        if len(self._queue) >= self._capacity:
            self._drop_oldest()
        self._queue.append(line)
        if self._thread is None:
            self._start()
        if not self._filled.is_set():
            self._filled.set()

    def close(self) -> None:
        """Pass on what is kept, within a bounded time; what is left then is lost."""
        self._closing.set()
        self._filled.set()
        if self._thread is not None:
            self._thread.join(self._flush_seconds)
        _lost.inc(len(self._queue))
        self._queue.clear()

    def _drop_oldest(self) -> None:
        # The thread may have taken it meanwhile.
        with suppress(IndexError):
            self._queue.popleft()
            _lost.inc()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="seq-sink", daemon=True)
                self._thread.start()
                # Runs at exit, also in processes that multiprocessing starts.
                Finalize(None, self.close, exitpriority=10)

    def _run(self) -> None:
        failures = 0
        while batch := self._next_batch():
            while not self._is_settled(batch):
                if failures == 0:
                    log.warning("seq.unreachable")
                if self._closing.is_set():
                    _lost.inc(len(batch))
                    return
                self._closing.wait(_PAUSES_SECONDS[min(failures, len(_PAUSES_SECONDS) - 1)])
                failures += 1
            if failures:
                failures = 0
                log.info("seq.reachable")

    def _next_batch(self) -> list[bytes]:
        """Wait for events and return some of them; none, once closing and empty."""
        while not self._queue and not self._closing.is_set():
            self._filled.wait()
            self._filled.clear()
            # Gather, rather than send each event alone.
            self._closing.wait(_LINGER_SECONDS)
        batch: list[bytes] = []
        with suppress(IndexError):
            while len(batch) < _MOST_EVENTS:
                batch.append(self._queue.popleft())
        return batch

    def _is_settled(self, batch: Sequence[bytes]) -> bool:
        """Send a batch; False where it is worth another try."""
        try:
            status = _posted(self._url, self._headers, b"".join(map(as_clef, batch)))
        except (OSError, http.client.HTTPException):
            return False
        if status >= 500 or status == _TOO_MANY_REQUESTS:
            return False
        if status >= 400:
            # It will not get better: Seq refuses the key or the content.
            _lost.inc(len(batch))
            log.warning("seq.refused", status=status, lost=len(batch))
        return True


def _posted(url: SplitResult, headers: dict[str, str], body: bytes) -> int:
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("POST", f"{url.path}{_PATH}", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def as_clef(line: bytes) -> bytes:
    """Return a log line in Seq's compact log event format, as one line."""
    event: dict[str, Any] = orjson.loads(line)
    clef = {
        "@t": event.pop("timestamp"),
        # A template: braces would name properties.
        "@mt": str(event.pop("event")).replace("{", "{{").replace("}", "}}"),
        "@l": _LEVELS.get(event.pop("level"), "Information"),
        "@tr": event.pop("trace_id"),
        "@sp": event.pop("span_id"),
    }
    if "stack" in event:
        clef["@x"] = event.pop("stack")
    # Names that begin with @ are Seq's own; doubled, they are ours.
    ours = {f"@{name}" if name.startswith("@") else name: value for name, value in event.items()}
    return encoded(clef | ours)


def _renew_all() -> None:
    for sink in _sinks:
        sink.renew()


os.register_at_fork(after_in_child=_renew_all)
