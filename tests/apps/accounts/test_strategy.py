"""How allauth's own routes know a phone: by its access token, or by allauth's session token."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from apps.accounts.models import Session, User
from apps.accounts.services import end_session, sign_in_as
from apps.accounts.strategy import KeyringTokenStrategy, client_of, session_id_of
from apps.accounts.types import Client, EndReason
from tests.factories.accounts import SessionFactory

pytestmark = pytest.mark.django_db


def asked(authorization: str = "", session_token: str = "") -> HttpRequest:
    headers = {"Authorization": authorization, "X-Session-Token": session_token}
    sent = {name: value for name, value in headers.items() if value}
    request = RequestFactory().get("/", headers=sent)
    request.session = SessionStore()
    return request


def test_session_token_is_taken_as_it_is() -> None:
    request = asked(session_token="abc")

    assert KeyringTokenStrategy().get_session_token(request) == "abc"


def test_access_token_leads_to_the_django_session(owner: User) -> None:
    token = sign_in_as(owner.pk).access_token
    Session.objects.update(django_session_key="abc")

    request = asked(f"Bearer {token}")

    assert KeyringTokenStrategy().get_session_token(request) == "abc"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer abc", "Basic abc"])
def test_anything_else_leads_nowhere(authorization: str) -> None:
    assert KeyringTokenStrategy().get_session_token(asked(authorization)) is None


def test_access_token_of_an_ended_session_leads_nowhere(owner: User) -> None:
    token = sign_in_as(owner.pk).access_token
    Session.objects.update(django_session_key="abc")
    end_session(session_id=Session.objects.get().public_id, reason=EndReason.REVOKED)

    request = asked(f"Bearer {token}")

    assert KeyringTokenStrategy().get_session_token(request) is None


def test_unknown_session_token_has_no_session() -> None:
    assert KeyringTokenStrategy().lookup_session("unknown") is None


def test_renewed_key_of_the_django_session_is_followed() -> None:
    session = SessionFactory.create(django_session_key="former")
    request = asked()
    request.session["mainstay_session_id"] = str(session.public_id)

    key = KeyringTokenStrategy().create_session_token(request)

    session.refresh_from_db()
    assert session.django_session_key == key != "former"
    assert session_id_of(request) == session.public_id


def test_client_is_known_by_address_and_agent() -> None:
    request = RequestFactory().get("/", headers={"User-Agent": "Ada/1"}, REMOTE_ADDR="10.0.0.9")

    assert client_of(request) == Client(ip="10.0.0.9", user_agent="Ada/1")
