"""The key set that anyone may read."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.test import Client

from apps.keyring.models import Key
from apps.keyring.services import (
    activate_key,
    add_key,
    encrypt,
    revoke_key,
    sign,
    sign_token,
)
from apps.keyring.types import Purpose
from tests.people import client_of

pytestmark = pytest.mark.django_db

PATH = "/.well-known/jwks.json"


def published(client: Client) -> dict[str, dict[str, Any]]:
    return {key["kid"]: key for key in client.get(PATH).json()["keys"]}


def test_anyone_reads_it_and_may_keep_it_for_a_while(client: Client) -> None:
    response = client.get(PATH)

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Content-Type"] == "application/json"
    assert "Set-Cookie" not in response.headers


def test_stranger_verifies_our_tokens_with_it(client: Client) -> None:
    token = sign_token(claims={"sub": "a"}, audience="api", lifetime=timedelta(minutes=1))

    key = published(client)[jwt.get_unverified_header(token)["kid"]]

    claims = jwt.decode(token, jwt.PyJWK(key), algorithms=["ES256"], audience="api")
    assert claims["sub"] == "a"


def test_next_active_and_retiring_keys_are_in_it_and_revoked_ones_are_not(client: Client) -> None:
    revoked, retiring, active, next_one = (add_key(purpose=Purpose.JWT) for _ in range(4))
    for kid in (revoked, retiring, active):
        activate_key(kid=kid)
    revoke_key(kid=revoked)

    kids = set(published(client))

    assert {retiring, active, next_one} <= kids
    assert revoked not in kids


def test_symmetric_keys_are_never_in_it(client: Client) -> None:
    sign(purpose=Purpose.SIGNED_URL, message=b"x")
    for purpose in (Purpose.FIELD_ENCRYPTION, Purpose.WEBHOOK_SECRET):
        encrypt(purpose=purpose, plaintext=b"x", context=b"a:1")

    asymmetric = set(Key.objects.filter(purpose=Purpose.JWT).values_list("kid", flat=True))

    assert set(published(client)) <= asymmetric


def test_a_bad_token_does_not_keep_anybody_from_it() -> None:
    client = client_of(None)
    client.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    assert client.get(PATH).status_code == 200
