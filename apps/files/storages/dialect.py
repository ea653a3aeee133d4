"""Around every call to a storage: it is counted and timed, and its failures told in our words."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeVar

import structlog

from apps.files import metrics
from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.storages.steps import SourceFailed
from apps.resilience.services import Breaker

log = structlog.get_logger("files")

Found = TypeVar("Found")


class Failure(Enum):
    """What a failure of a storage means."""

    # There is no such object.
    ABSENT = auto()
    # It is there, and says no.
    REFUSED = auto()
    # It is not there, or not well: others will fare no better.
    OUTAGE = auto()


@dataclass(frozen=True)
class Dialect:
    """How a storage tells that it failed, and what that means."""

    storage: str
    failures: tuple[type[Exception], ...]
    meaning: Callable[[Exception], Failure]
    # Leaves a storage alone that fails time after time, so that nobody waits for it.
    breaker: Breaker | None = None

    @contextmanager
    def asking(self, operation: str) -> Iterator[None]:
        """Count and time a call, and translate its failures."""
        if self.breaker and not self.breaker.admits():
            self._count(operation, "failed")
            raise StorageUnavailable
        begun = time.monotonic()
        with self.translating(operation):
            yield
        if self.breaker:
            self.breaker.succeeded()
        self._count(operation, "done")
        metrics.STORAGE_SECONDS.labels(self.storage, operation).observe(time.monotonic() - begun)

    def following(self, operation: str, found: Generator[Found]) -> Iterator[Found]:
        """Yield what a storage goes on giving; the call is what it took to the first of it."""
        with closing(found):
            with self.asking(operation):
                item = next(found, None)
            while item is not None:
                yield item
                with self.translating(operation):
                    item = next(found, None)

    @contextmanager
    def translating(self, operation: str) -> Iterator[None]:
        """Raise ObjectMissing or StorageUnavailable for the failures of a storage, and count them.

        What the source of the bytes raised is raised as it was.
        """
        try:
            yield
        except SourceFailed as failed:
            self._count(operation, "cut")
            raise failed.reason from None
        except ObjectMissing:
            self._count(operation, "missing")
            raise
        except StorageUnavailable as error:
            self._failed(operation, error)
            raise
        except self.failures as error:
            meaning = self.meaning(error)
            self._tell_breaker(meaning)
            if meaning is Failure.ABSENT:
                self._count(operation, "missing")
                raise ObjectMissing from error
            self._failed(operation, error)
            raise StorageUnavailable from error

    def _tell_breaker(self, meaning: Failure) -> None:
        if self.breaker and meaning is Failure.OUTAGE:
            self.breaker.failed()
        elif self.breaker:
            self.breaker.succeeded()

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
