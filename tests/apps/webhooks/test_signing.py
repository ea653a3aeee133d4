"""Signatures, checked with the reference library (R2 section 3, experiment 4)."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook, WebhookVerificationError

from apps.webhooks.signing import new_secret, shown, shown_public, signature_header

BODY = b'{"type":"a.b.c","timestamp":"2026-01-01T00:00:00Z","data":{"name":"\xc3\xa4"}}'


def _headers(*secrets: bytes, timestamp: int | None = None) -> dict[str, str]:
    timestamp = timestamp or int(datetime.now(UTC).timestamp())
    signature = signature_header(secrets, message_id="msg", timestamp=timestamp, body=BODY)
    return {
        "webhook-id": "msg",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }


def test_secret_is_shown_as_the_standard_asks() -> None:
    secret = new_secret()

    prefix, text = shown(secret)[:6], shown(secret)[6:]

    assert prefix == "whsec_"
    assert base64.b64decode(text, validate=True) == secret
    assert 24 <= len(secret) <= 64


def test_reference_library_verifies_each_of_two_live_secrets() -> None:
    old, new = new_secret(), new_secret()
    headers = _headers(new, old)

    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (old, new):
        assert Webhook(shown(secret)).verify(BODY, headers)["data"] == {"name": "ä"}


@pytest.mark.parametrize(
    ("changed", "body"),
    [
        ({"webhook-id": "other"}, BODY),
        ({"webhook-timestamp": "1"}, BODY),
        ({}, BODY + b" "),
    ],
)
def test_reference_library_refuses_what_was_changed(changed: dict[str, str], body: bytes) -> None:
    secret = new_secret()
    headers = _headers(secret) | changed

    with pytest.raises(WebhookVerificationError):
        Webhook(shown(secret)).verify(body, headers)


def test_signature_of_another_secret_is_refused() -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(new_secret())).verify(BODY, _headers(new_secret()))


def test_asymmetric_signatures_stand_behind_the_others_and_disturb_no_library() -> None:
    secret, private = new_secret(), Ed25519PrivateKey.generate()
    timestamp = int(datetime.now(UTC).timestamp())

    header = signature_header(
        [secret], message_id="msg", timestamp=timestamp, body=BODY, signers=[private.sign] * 2
    )

    assert [each.partition(",")[0] for each in header.split()] == ["v1", "v1a", "v1a"]
    sent = {"webhook-id": "msg", "webhook-timestamp": str(timestamp), "webhook-signature": header}
    assert Webhook(shown(secret)).verify(BODY, sent)
    signature = base64.b64decode(header.split()[1].removeprefix("v1a,"))
    content = f"msg.{timestamp}.".encode() + BODY
    private.public_key().verify(signature, content)
    with pytest.raises(InvalidSignature):
        private.public_key().verify(signature, content + b" ")


def test_public_key_is_shown_as_the_standard_asks() -> None:
    assert shown_public(b"k" * 32) == "whpk_" + base64.b64encode(b"k" * 32).decode()
