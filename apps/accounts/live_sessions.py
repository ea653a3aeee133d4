"""Sessions as one process remembers them: read again after half a second.

So a busy client costs no query per request, and a session that is ended anywhere stops working
in every process in less than a second.
"""

import copy
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from apps.accounts.models import Session, User
from apps.kernel.prepared import PreparedQuery

FRESH_SECONDS = 0.5
CAPACITY = 10_000


class Access:
    """Who asks, and in which session."""

    __slots__ = ("_session", "last_used_at", "session_id", "user_id", "user_public_id")

    def __init__(self, session: Session) -> None:
        self._session = session
        self.user_id = session.user_id
        self.user_public_id = session.user.public_id
        self.session_id = session.public_id
        # As of the last look.
        self.last_used_at = session.last_used_at

    @property
    def user(self) -> User:
        """The user; a copy, so that no request changes what another one sees."""
        return copy.copy(self._session.user)


@dataclass(frozen=True)
class _Known:
    read_at: float
    access: Access | None


class LiveSessions:
    """The sessions in use lately, each with its user; at most ``capacity``."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._known: OrderedDict[UUID, _Known] = OrderedDict()

    def access_in(self, session_id: UUID) -> Access | None:
        """Return who asks in a session; None if it has ended or its user is not active."""
        known = self._known.get(session_id)
        if known is None or time.monotonic() - known.read_at >= FRESH_SECONDS:
            read_at, session = time.monotonic(), _live_session(session_id)
            known = _Known(read_at, Access(session) if session else None)
            self._remember(session_id, known)
        return known.access

    def forget(self, session_id: UUID) -> None:
        """Read a session anew at its next use."""
        with self._lock:
            self._known.pop(session_id, None)

    def clear(self) -> None:
        """Read every session anew at its next use."""
        with self._lock:
            self._known.clear()

    def __len__(self) -> int:
        return len(self._known)

    def _remember(self, session_id: UUID, known: _Known) -> None:
        with self._lock:
            self._known[session_id] = known
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001  Django's documented API


# Read twice a second for each session in use, so without Django's making of a query.
_row = PreparedQuery(
    lambda session_id: Session.objects.filter(
        ended_at=None, user__is_active=True, public_id=session_id
    ).values_list(*_columns(Session), *(f"user__{name}" for name in _columns(User))),
    session_id=UUID,
)


def _live_session(session_id: UUID) -> Session | None:
    row = _row.first(session_id=session_id)
    if row is None:
        return None
    columns = _columns(Session)
    session = Session.from_db(DEFAULT_DB_ALIAS, columns, row[: len(columns)])
    session.user = User.from_db(DEFAULT_DB_ALIAS, _columns(User), row[len(columns) :])
    return session


live_sessions = LiveSessions()
