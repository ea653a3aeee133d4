"""Making what is missing: once for all who ask, and stamped with what could be seen before."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from random import random
from time import monotonic, sleep

from apps.caching import metrics
from apps.caching.entries import Age, Entry, Form, encoded
from apps.caching.errors import Absent, StillBeingMade
from apps.caching.failures import failed_lately
from apps.caching.flights import Flights, lease
from apps.caching.layers.stack import Found, address_of, stack
from apps.caching.ledger import ledger
from apps.caching.ports import LONGEST_LIFE, Namespace
from apps.kernel import clock

# Entries made together do not end together: each lives up to a tenth shorter.
_JITTER = 0.1
# How often who waits for another process looks whether it is done.
_LOOK_EVERY_SECONDS = 0.025
_flights = Flights[Found]()


@dataclass(frozen=True)
class Wish:
    """What somebody wants, and how it is made."""

    namespace: Namespace
    key: str
    compute: Callable[[], object]
    ttl: timedelta
    tags: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where it is kept."""
        return address_of(self.namespace.name, self.key)

    def shared(self) -> Found:
        """Return it, made by one of those who ask for it now; raises what making it raises.

        Who asked after something was forgotten is not given what was begun before.
        """
        own: list[Found] = []

        def make() -> Found:
            own.append(self._made_or_awaited())
            return own[0]

        until = monotonic() + self._wait_seconds
        while True:
            left = max(0.0, until - monotonic())
            found = _flights.share(self.address, make, wait_seconds=left)
            if own or not ledger.has_forgotten(found.entry):
                return found

    def refresh(self) -> None:
        """Make it anew, unless another process is at it; raises what making it raises."""
        with self._lease() as is_mine:
            if is_mine:
                self._made()

    def _made_or_awaited(self) -> Found:
        until = monotonic() + self._wait_seconds
        while True:
            with self._lease() as is_mine:
                found = stack().find(self.namespace, self.key, is_counted=False)
                if found and found.age is Age.FRESH:
                    return replace(found, layer=None)
                if is_mine:
                    return self._made()
            if monotonic() >= until:
                raise StillBeingMade("Another process is making it.")
            sleep(_LOOK_EVERY_SECONDS)

    @property
    def _wait_seconds(self) -> float:
        return self.namespace.waits_at_most.total_seconds()

    def _lease(self) -> AbstractContextManager[bool]:
        seconds = self.namespace.makes_within.total_seconds()
        return lease(stack().redis, self.address, seconds=seconds)

    def _made(self) -> Found:
        # From before it is made: what is forgotten meanwhile may be in it.
        seen, began = ledger.seen(), monotonic()
        form, body = self._computed()
        seconds = monotonic() - began
        metrics.MAKING_SECONDS.labels(self.namespace.name).observe(seconds)
        entry = self._entry(form, body, seen=seen, cost_seconds=seconds)
        stack().put(self.namespace, entry)
        return Found(entry=entry, age=Age.FRESH, layer=None)

    def _computed(self) -> tuple[Form, bytes]:
        try:
            return encoded(self.compute())
        except Absent as absence:
            return Form.ABSENT, absence.detail.encode()
        except Exception:
            failed_lately.note(self.address)
            raise

    def _entry(self, form: Form, body: bytes, *, seen: str, cost_seconds: float) -> Entry:
        made_at = clock.now().timestamp()
        fresh, stale, reserve = (life.total_seconds() for life in self._lives(form))
        fresh_until = made_at + fresh * (1 - _JITTER * random())  # noqa: S311  not a secret
        last = made_at + LONGEST_LIFE.total_seconds()
        return Entry(
            namespace=self.namespace.name,
            key=self.key,
            tags=self.tags,
            form=form,
            body=body,
            seen=seen,
            made_at=made_at,
            fresh_until=min(fresh_until, last),
            stale_until=min(fresh_until + stale, last),
            reserve_until=min(fresh_until + reserve, last),
            cost_seconds=cost_seconds,
        )

    def _lives(self, form: Form) -> tuple[timedelta, timedelta, timedelta]:
        """Return how long it is fresh, and how long it may be served as stale from then on."""
        if form is Form.ABSENT:
            return self.namespace.absent_ttl, timedelta(0), timedelta(0)
        return self.ttl, self.namespace.stale_while_revalidate, self.namespace.stale_if_error
