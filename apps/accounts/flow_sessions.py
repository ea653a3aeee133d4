"""The Django sessions in which allauth's flows remember their steps, for sessions of ours."""

from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase

from apps.accounts.models import Session, User

# Where a Django session remembers which session of ours it belongs to.
SESSION_ID = "mainstay_session_id"


def open_flow_session(user: User) -> SessionBase:
    """Return a saved Django session in which the user is signed in."""
    flow_session = _store(None)
    flow_session[SESSION_KEY] = str(user.pk)
    flow_session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    flow_session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    flow_session.create()
    return flow_session


def flow_session_of(session_id: UUID) -> SessionBase:
    """Return the Django session that belongs to a session of ours."""
    return _store(Session.objects.get(public_id=session_id).django_session_key)


def _store(key: str | None) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return store
