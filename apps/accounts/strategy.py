"""Tokens for django-allauth: what it hands to a phone that signed in, and how it refreshes.

A phone is known to allauth's own routes by its access token, or by allauth's session token
(``X-Session-Token``) within flows of several steps. Both lead to one Django session, which
remembers the session of ours it belongs to and is deleted with it.
"""

import dataclasses
from typing import Any
from uuid import UUID

from allauth.core.internal.httpkit import authenticated_user
from allauth.headless.internal.sessionkit import lookup_session
from allauth.headless.tokens.strategies.base import AbstractTokenStrategy
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session as DjangoSession
from django.db import connection
from django.http import HttpRequest
from typing_extensions import override

from apps.accounts import services
from apps.accounts.flow_sessions import SESSION_ID
from apps.accounts.known_devices import device_token
from apps.accounts.models import Session
from apps.accounts.selectors import access_by
from apps.accounts.types import Client
from apps.api.errors import Unauthenticated
from apps.kernel.addresses import client_address
from apps.kernel.context import act_as


class KeyringTokenStrategy(AbstractTokenStrategy):
    """Issues access tokens signed by the keyring, and refresh tokens that rotate."""

    @override
    def get_session_token(self, request: HttpRequest) -> str | None:
        token = super().get_session_token(request)
        if token is not None:
            return str(token)
        scheme, _, access_token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return _django_session_key(access_token.strip())

    @override
    def create_session_token(self, request: HttpRequest) -> str:
        key = _saved_key(request)
        session_id = session_id_of(request)
        if session_id is not None:
            # Django renews the key when the password changes.
            Session.objects.filter(public_id=session_id).update(django_session_key=key)
        return key

    @override
    def lookup_session(self, session_token: str) -> SessionBase | None:
        if connection.in_atomic_block:
            # Requests that change something take turns, so that a code is consumed once.
            _hold(session_token)
        session: SessionBase | None = lookup_session(session_token)
        return session

    @override
    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any]:
        user = authenticated_user(request)
        act_as(str(user.public_id))
        started = services.start_session(
            user_id=user.pk,
            client=client_of(request),
            django_session_key=_saved_key(request),
        )
        request.session[SESSION_ID] = str(started.session_id)
        token = device_token(user_id=user.public_id, session_id=started.session_id)
        return {**dataclasses.asdict(started.tokens), "device_token": token}

    @override
    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        tokens = services.refresh_session(refresh_token=refresh_token)
        return None if tokens is None else (tokens.access_token, tokens.refresh_token)


def session_id_of(request: HttpRequest) -> UUID | None:
    """Return the session of ours that a request to allauth belongs to, if it has one yet."""
    session_id = request.session.get(SESSION_ID)
    return None if session_id is None else UUID(session_id)


def client_of(request: HttpRequest) -> Client:
    """Return where a request comes from."""
    return Client(
        ip=client_address(request.META) or None,
        user_agent=request.headers.get("User-Agent", ""),
    )


def _django_session_key(access_token: str) -> str | None:
    try:
        access = access_by(access_token)
    except Unauthenticated:
        return None
    act_as(str(access.user.public_id))
    keys = Session.objects.filter(public_id=access.session_id)
    return keys.values_list("django_session_key", flat=True).first() or None


def _saved_key(request: HttpRequest) -> str:
    if not request.session.session_key:
        request.session.save()
    key = request.session.session_key
    assert key is not None
    return key


def _hold(session_token: str) -> None:
    DjangoSession.objects.select_for_update().filter(session_key=session_token).first()
