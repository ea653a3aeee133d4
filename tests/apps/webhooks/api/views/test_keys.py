"""The key document: whoever reads it can verify what is sent."""

from base64 import b64decode, urlsafe_b64decode
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rest_framework.test import APIClient

from apps.keyring.ring import ring
from apps.keyring.services import activate_key, add_key, revoke_key
from apps.keyring.types import Purpose
from apps.webhooks.models import Endpoint
from apps.webhooks.services import deliver_due
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer, Request
from tests.people import client_of

pytestmark = pytest.mark.django_db

KEYS = "/api/v1/webhooks/keys/"


def _published() -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = client_of(None).get(KEYS).json()["keys"]
    return keys


def _verifies(key: dict[str, Any], request: Request) -> bool:
    public = Ed25519PublicKey.from_public_bytes(b64decode(key["public_key"].removeprefix("whpk_")))
    sent = request.headers
    content = f"{sent['webhook-id']}.{sent['webhook-timestamp']}.".encode() + request.body
    for signature in sent["webhook-signature"].split():
        if signature.startswith("v1a,"):
            try:
                public.verify(b64decode(signature.removeprefix("v1a,")), content)
            except InvalidSignature:
                continue
            return True
    return False


@pytest.fixture
def endpoint(partner: HostileServer) -> Endpoint:
    return EndpointFactory.create(url=partner.url, has_asymmetric_signature=True)


def _send(endpoint: Endpoint, partner: HostileServer) -> Request:
    # As half a second later: a process reads the keys again.
    ring.forget()
    DeliveryFactory.create(endpoint=endpoint)
    deliver_due()
    return partner.requests[-1]


def test_anybody_reads_the_keys_and_may_keep_them_for_five_minutes(db: None) -> None:
    answer = APIClient().get(KEYS)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_both_forms_are_of_one_key() -> None:
    add_key(purpose=Purpose.WEBHOOK_SIGNATURE)

    for key in _published():
        raw = b64decode(key["public_key"].removeprefix("whpk_"))
        assert urlsafe_b64decode(key["jwk"]["x"] + "=") == raw
        assert key["jwk"]["kid"] == key["kid"]
        assert set(key["jwk"]) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_published_keys_verify_through_a_rotation(
    endpoint: Endpoint, partner: HostileServer
) -> None:
    _send(endpoint, partner)
    former = _published()

    following = add_key(purpose=Purpose.WEBHOOK_SIGNATURE)
    announced = _published()
    activate_key(kid=following)
    request = _send(endpoint, partner)

    assert following in {key["kid"] for key in announced}
    assert any(_verifies(key, request) for key in former), "the retiring key signs too"
    assert [key["kid"] for key in announced if _verifies(key, request)][-1] == following
    for key in former:
        revoke_key(kid=key["kid"])
    request = _send(endpoint, partner)
    assert not any(_verifies(key, request) for key in former)
    assert [key["kid"] for key in _published() if _verifies(key, request)] == [following]


def test_endpoint_that_does_not_ask_for_it_is_signed_by_its_secret_alone(
    partner: HostileServer,
) -> None:
    request = _send(EndpointFactory.create(url=partner.url), partner)

    assert "v1a," not in request.headers["webhook-signature"]
