"""Authentication by access token: who is let in, for how long, and at what cost."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.accounts import live_sessions as module
from apps.accounts.api.authentication import AccessTokenAuthentication
from apps.accounts.live_sessions import live_sessions
from apps.accounts.models import Device, Session, User
from apps.accounts.services import end_session, register_device, sign_in_as
from apps.accounts.types import DeviceDetails, EndReason, Platform
from apps.api.errors import Unauthenticated
from apps.kernel import clock
from apps.kernel.context import Context, bound, current
from apps.keyring.services import sign_token
from tests.people import client_of

pytestmark = pytest.mark.django_db

ME = "/api/v1/accounts/me/"


def asked_with(authorization: str) -> Request:
    headers = {"Authorization": authorization} if authorization else {}
    return Request(APIRequestFactory().get("/", headers=headers))


def authenticated(authorization: str) -> tuple[User, object] | None:
    return AccessTokenAuthentication().authenticate(asked_with(authorization))


@pytest.mark.parametrize("authorization", ["", "Basic b3duZXI6cGFzcw==", "Token abc"])
def test_request_without_an_access_token_is_a_strangers(authorization: str) -> None:
    assert authenticated(authorization) is None


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "bearer abc", "Bearer a b c"])
def test_request_with_a_wrong_token_is_refused(authorization: str) -> None:
    with pytest.raises(Unauthenticated):
        authenticated(authorization)


def test_token_leads_to_its_user_and_session(owner: User) -> None:
    token = sign_in_as(owner.pk).access_token

    with bound(Context()):
        found = authenticated(f"Bearer {token}")
        actor = current().actor

    session = Session.objects.get()
    assert found == (owner, session.public_id)
    assert actor == str(owner.public_id)


def test_token_of_a_session_that_never_was_is_refused(owner: User, settings: object) -> None:
    token = sign_token(
        claims={"sub": str(owner.public_id), "sid": str(uuid4())},
        audience="http://testserver/api",
        lifetime=timedelta(minutes=1),
    )

    with pytest.raises(Unauthenticated):
        authenticated(f"Bearer {token}")


@pytest.mark.parametrize("claims", [{}, {"sid": None}, {"sid": "no uuid"}, {"sid": ["a"]}])
def test_token_without_a_session_is_refused(claims: dict[str, object]) -> None:
    token = sign_token(
        claims={"sub": "a", **claims},
        audience="http://testserver/api",
        lifetime=timedelta(minutes=1),
    )

    with pytest.raises(Unauthenticated):
        authenticated(f"Bearer {token}")


def test_busy_client_costs_no_query(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 60)
    monkeypatch.setattr("apps.keyring.ring.FRESH_SECONDS", 60)
    token = sign_in_as(owner.pk).access_token
    authenticated(f"Bearer {token}")

    with django_assert_num_queries(0):
        for _ in range(5):
            authenticated(f"Bearer {token}")


def test_ended_session_is_refused_at_once_where_it_ended(owner: User) -> None:
    client = client_of(owner)
    assert client.get(ME).status_code == 200
    session = Session.objects.get()

    end_session(session_id=session.public_id, reason=EndReason.REVOKED)
    live_sessions.forget(session.public_id)

    assert client.get(ME).status_code == 401


def test_user_who_was_deactivated_is_refused(owner: User) -> None:
    client = client_of(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert client.get(ME).status_code == 401


def test_use_of_session_and_device_is_recorded_once_a_minute(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 0)
    client = client_of(owner)
    session = Session.objects.get()
    register_device(
        user_id=owner.pk,
        installation_id="phone",
        details=DeviceDetails(platform=Platform.IOS),
        session_id=session.public_id,
    )
    start = clock.now()

    seen = []
    for seconds in (30, 61, 90, 125):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            client.get(ME)
            seen.append(round((Device.objects.get().last_seen_at - start).total_seconds()))

    assert seen == [0, 61, 61, 125]
    session.refresh_from_db()
    assert round((session.last_used_at - start).total_seconds()) == 125
