"""Endpoints' secrets at rest: encrypted by the keyring, bound to their row."""

from apps.keyring.services import decrypt, encrypt
from apps.keyring.types import Purpose
from apps.webhooks.models import Endpoint, EndpointSecret


def sealed(endpoint: Endpoint, secret: bytes) -> EndpointSecret:
    """Return a secret of the endpoint as a row, not saved yet."""
    row = EndpointSecret(endpoint=endpoint)
    token = encrypt(purpose=Purpose.WEBHOOK_SECRET, plaintext=secret, context=_place(row))
    row.ciphertext = token.decode()
    return row


def opened(row: EndpointSecret) -> bytes:
    """Return the secret in a row; raises keyring's CiphertextRefused where it cannot be read."""
    return decrypt(
        purpose=Purpose.WEBHOOK_SECRET, token=row.ciphertext.encode(), context=_place(row)
    )


def _place(row: EndpointSecret) -> bytes:
    return f"webhooks.endpointsecret.ciphertext:{row.public_id}".encode()
