"""Who may connect: tokens that are false, expired, renewed, or whose session has ended."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from apps.accounts.models import User
from apps.keyring.services import sign_token, verify_token
from tests.factories.realtime import read_all
from tests.realtime_nodes import Phone, RunningNode, running_node, token_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("token", "code"), [("", 3500), ("nonsense", 3500), ("a.b.c", 3500), ("x" * 9000, 3500)]
)
def test_bad_token_ends_the_connection_for_good(node: RunningNode, token: str, code: int) -> None:
    with Phone(node) as phone:
        phone.say({"id": 1, "connect": {"token": token}})

        assert phone.closed() == (code, "invalid token")


def test_expired_token_asks_for_another_one(node: RunningNode, owner: User) -> None:
    token = _token_for(owner, seconds=-30)
    with Phone(node) as phone:
        answer = phone.ask("connect", token=token)

        assert answer["error"]["code"] == 109


def test_token_is_renewed_in_place(tmp_path: Path, owner: User) -> None:
    with running_node(tmp_path, REALTIME_EXPIRY_GRACE_SECONDS=1) as node, Phone(node) as phone:
        connected = phone.sign_in(_token_for(owner, seconds=6))
        renewed = phone.ask("refresh", token=_token_for(owner, seconds=600))["refresh"]
        time.sleep(8)

        assert connected["expires"] is True
        assert connected["ttl"] <= 6
        assert renewed["ttl"] > 500
        assert phone.ask("ping") == {"id": 3, "ping": {}}


def test_connection_ends_when_its_token_has_expired(tmp_path: Path, owner: User) -> None:
    with running_node(tmp_path, REALTIME_EXPIRY_GRACE_SECONDS=1) as node, Phone(node) as phone:
        phone.sign_in(_token_for(owner, seconds=5))

        assert phone.closed() == (3005, "connection expired")


def _token_for(user: User, *, seconds: int) -> str:
    """Return a token of a new session that expires so many seconds from now."""
    claims = verify_token(token_of(user), audience=settings.ACCOUNTS_TOKEN_AUDIENCE)
    read_all()
    return sign_token(
        claims={name: claims[name] for name in ("sub", "sid", "client_id")},
        audience=settings.ACCOUNTS_TOKEN_AUDIENCE,
        lifetime=timedelta(seconds=seconds),
    )
