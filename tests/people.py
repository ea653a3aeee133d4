"""The cast that walks through all tests, and what each of them holds in their hands."""

import pytest
from rest_framework.test import APIClient

from apps.accounts.limits import forget_attempts_here
from apps.accounts.live_sessions import live_sessions
from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.keyring.ring import ring
from apps.keyring.verified import verified_tokens
from apps.webhooks.services.pending_days import pending_days
from tests.factories.accounts import UserFactory


@pytest.fixture
def owner(db: None) -> User:
    """Whose things they are."""
    return UserFactory.create(email="owner@example.com", name="Olga Owner")


@pytest.fixture
def teammate(db: None) -> User:
    """Who was let in by the owner."""
    return UserFactory.create(email="teammate@example.com", name="Tom Teammate")


@pytest.fixture
def stranger(db: None) -> User:
    """Who has an account, and no business here."""
    return UserFactory.create(email="stranger@example.com", name="Sam Stranger")


@pytest.fixture
def staff(db: None) -> User:
    """Who operates the house."""
    return UserFactory.create(
        email="staff@example.com", name="Stella Staff", is_staff=True, is_superuser=True
    )


def client_of(user: User | None) -> APIClient:
    """Return an API client signed in as the user by a real access token; None signs in nobody."""
    client = APIClient()
    if user is not None:
        token = sign_in_as(user.pk).access_token
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Let no process memory outlive the rows it was read from, which each test rolls back."""
    ring.forget()
    verified_tokens.clear()
    live_sessions.clear()
    pending_days.forget()
    forget_attempts_here()
