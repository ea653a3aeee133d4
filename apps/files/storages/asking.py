"""Around every call to a storage: it is counted and timed, and its failures told in our words."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from apps.files import metrics
from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.types import ByteSource

log = structlog.get_logger("files")

STEP_BYTES = 256 * 1024


class _SourceFailed(Exception):
    """The sender of the bytes failed, not the storage."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Tongue:
    """How a storage tells that it failed, and which of these failures mean an absent object."""

    storage: str
    failures: tuple[type[Exception], ...]
    is_absence: Callable[[Exception], bool]

    @contextmanager
    def asking(self, operation: str) -> Iterator[None]:
        """Count and time a call, and translate its failures."""
        begun = time.monotonic()
        with self.translating(operation):
            yield
        self._count(operation, "done")
        metrics.STORAGE_SECONDS.labels(self.storage, operation).observe(time.monotonic() - begun)

    @contextmanager
    def translating(self, operation: str) -> Iterator[None]:
        """Raise ObjectMissing or StorageUnavailable for the failures of a storage, and count them.

        What the source of the bytes raised is raised as it was.
        """
        try:
            yield
        except _SourceFailed as failed:
            self._count(operation, "cut")
            raise failed.reason from None
        except ObjectMissing:
            self._count(operation, "missing")
            raise
        except StorageUnavailable as error:
            self._failed(operation, error)
            raise
        except self.failures as error:
            if self.is_absence(error):
                self._count(operation, "missing")
                raise ObjectMissing from error
            self._failed(operation, error)
            raise StorageUnavailable from error

    def _failed(self, operation: str, error: Exception) -> None:
        self._count(operation, "failed")
        log.warning(
            "storage.failed",
            storage=self.storage,
            operation=operation,
            error=type(error).__name__,
            reason=str(error),
        )

    def _count(self, operation: str, outcome: str) -> None:
        metrics.STORAGE_OPERATIONS.labels(self.storage, operation, outcome).inc()


def steps(source: ByteSource, step_bytes: int = STEP_BYTES) -> Iterator[bytes]:
    """Yield what a source holds, in steps that are full but for the last one."""
    while step := _step(source, step_bytes):
        yield step


def _step(source: ByteSource, wanted_bytes: int) -> bytes:
    pieces: list[bytes] = []
    try:
        while wanted_bytes and (piece := source.read(wanted_bytes)):
            pieces.append(piece)
            wanted_bytes -= len(piece)
    except OSError as error:
        raise _SourceFailed(error) from error
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
