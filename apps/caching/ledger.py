"""What was forgotten, as one process knows it: read from PostgreSQL again every half second.

No message can be lost on the way, for none is sent: whoever looks at an entry has read, less than
half a second ago, whatever was committed until then. (Under READ COMMITTED, as all transactions
of the house are: within a longer-lived snapshot a reading would know no more than that.)
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from time import monotonic

import structlog
from django.db import Error, connection

from apps.caching.entries import Entry
from apps.caching.snapshots import Snapshot, read_snapshot
from apps.caching.types import Scope
from apps.kernel import clock

log = structlog.get_logger("caching")

FRESH_SECONDS = 0.5
# PostgreSQL was not heard of for so long: nobody knows what was forgotten since.
TRUSTED_SECONDS = 10.0
# After PostgreSQL did not answer.
_REST_SECONDS = 2.0
# Then everything is read anew, so that what was deleted by age is forgotten here as well.
_WHOLE_AGAIN_SECONDS = 600.0
# How far the clocks of two hosts may differ.
_CLOCK_SECONDS = 60.0

# Not only what is new by number: a transaction that began earlier may have committed since.
_READ = """
SELECT pg_current_snapshot()::text, coalesce(pg_current_xact_id_if_assigned()::text, ''),
    (SELECT coalesce(json_agg(json_build_array(xid, scope, namespace, subject)), '[]')
     FROM caching_invalidation WHERE xid >= %s)
"""

Subject = tuple[str, str, str]
Heard = Mapping[Subject, frozenset[int]]


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What one reading knew."""

    snapshot: Snapshot
    heard: Heard = field(default_factory=dict)
    # Patterns by namespace, which cannot be looked up by key.
    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # By the wall clock.
    read_at: float


class Ledger:
    """Every invalidation that may meet an entry; used by many threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Know nothing, as a process that has just started."""
        self._known: _Known | None = None
        self._next_read_at = self._whole_read_at = self._answered_at = float("-inf")
        # How often this process has forgotten something itself, and by the last reading.
        self._told = self._read_when_told = 0
        self._is_failing = False
        # Raised whenever a reading has found something new.
        self._news = 0

    def mark(self) -> int | None:
        """Return what changes whenever something was forgotten; None where nobody knows."""
        self._fresh()
        return self._news if self.is_trusted() else None

    def read_anew(self) -> None:
        """Read again at the next use: this process has forgotten something itself."""
        self._told += 1
        self._next_read_at = float("-inf")

    def seen(self) -> str:
        """Return what PostgreSQL had seen by now, or half a second ago; empty if never heard of."""
        known = self._fresh()
        return str(known.snapshot) if known else ""

    def is_trusted(self) -> bool:
        """Tell whether PostgreSQL was heard of lately."""
        self._fresh()
        return monotonic() - self._answered_at < TRUSTED_SECONDS

    def has_forgotten(self, entry: Entry) -> bool:
        """Tell whether an entry counts no more."""
        known, snapshot = self._fresh(), entry.snapshot
        if known is None:
            return False
        if snapshot is None or _is_of_another_history(entry, snapshot, known):
            return True
        return not all(snapshot.sees_all(xids) for xids in _met_by(known, entry))

    def _fresh(self) -> _Known | None:
        if self._is_fresh():
            return self._known
        # While PostgreSQL does not answer, one thread tries and the others do not wait for it.
        if self._lock.acquire(blocking=not self._is_failing):
            try:
                if not self._is_fresh():
                    self._read()
            finally:
                self._lock.release()
        return self._known

    def _is_fresh(self) -> bool:
        # A reading that was under way when something was forgotten may not have met it.
        return monotonic() < self._next_read_at and self._told == self._read_when_told

    def _read(self) -> None:
        began, told = monotonic(), self._told
        former = self._known if began < self._whole_read_at else None
        try:
            self._known = _read_after(former)
        except Error as error:
            # Within a transaction it may be that one which is broken, and no other.
            if not connection.in_atomic_block:
                log.warning("ledger.unreadable", error=type(error).__name__)
                self._is_failing, self._next_read_at = True, monotonic() + _REST_SECONDS
                self._read_when_told = told
            return
        if former is None or self._known.heard is not former.heard:
            self._news += 1
        self._is_failing, self._answered_at, self._read_when_told = False, began, told
        self._next_read_at = began + FRESH_SECONDS
        if former is None:
            self._whole_read_at = began + _WHOLE_AGAIN_SECONDS


def _read_after(former: _Known | None) -> _Known:
    """Return what is known now; raises what the database raises."""
    read_at = clock.now().timestamp()
    with connection.cursor() as cursor:
        cursor.execute(_READ, [former.snapshot.xmin if former else 0])
        told, own, rows = cursor.fetchone()
    snapshot = read_snapshot(told)
    news = _by_subject(rows, former.snapshot if former else None)
    if former:
        heard = {**_outlasting(former.heard, news), **news} if news else former.heard
    else:
        heard = news
    return _Known(
        # Within a transaction of one's own, others still see what was before it.
        snapshot=snapshot.without(int(own)) if own else snapshot,
        heard=heard,
        patterns=former.patterns if former and not news else _patterns(heard),
        read_at=read_at,
    )


def _by_subject(rows: list[tuple[int, str, str, str]], former: Snapshot | None) -> Heard:
    """Return what was not known before."""
    found = defaultdict[Subject, set[int]](set)
    for xid, *subject in rows:
        if former is None or not former.sees(xid):
            scope, namespace, text = subject
            found[scope, namespace, text].add(xid)
    return {subject: frozenset(xids) for subject, xids in found.items()}


def _outlasting(heard: Heard, news: Heard) -> Heard:
    """Return what news does not replace: a snapshot that sees the later sees what was before it."""
    cleared = {namespace for scope, namespace, _ in news if scope == Scope.ALL}
    if not cleared:
        return heard
    return {subject: xids for subject, xids in heard.items() if subject[1] not in cleared}


def _patterns(heard: Heard) -> Mapping[str, tuple[str, ...]]:
    found = defaultdict[str, list[str]](list)
    for scope, namespace, text in heard:
        if scope == Scope.PATTERN:
            found[namespace].append(text)
    return {namespace: tuple(texts) for namespace, texts in found.items()}


def _met_by(known: _Known, entry: Entry) -> Iterator[frozenset[int]]:
    """Return the invalidations that meet an entry."""
    subjects = [
        (Scope.ALL, entry.namespace, ""),
        (Scope.KEY, entry.namespace, entry.key),
        *((Scope.TAG, "", tag) for tag in entry.tags),
        *(
            (Scope.PATTERN, entry.namespace, pattern)
            for pattern in known.patterns.get(entry.namespace, ())
            if fnmatchcase(entry.key, pattern)
        ),
    ]
    return (known.heard[subject] for subject in subjects if subject in known.heard)


def _is_of_another_history(entry: Entry, snapshot: Snapshot, known: _Known) -> bool:
    """Tell whether the database was set back since: it knows less than it did then."""
    return snapshot.xmax > known.snapshot.xmax and entry.made_at < known.read_at - _CLOCK_SECONDS


ledger = Ledger()
