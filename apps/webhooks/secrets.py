"""Endpoints' secrets at rest: encrypted by the keyring, bound to their row."""

from apps.keyring.services import decrypt, encrypt
from apps.keyring.types import Purpose
from apps.webhooks.models import Endpoint, EndpointSecret


def sealed(endpoint: Endpoint, secret: bytes) -> EndpointSecret:
    """Return a secret of the endpoint as a row, not saved yet."""
    row = EndpointSecret(endpoint=endpoint)
    token = encrypt(purpose=Purpose.WEBHOOK_SECRET, plaintext=secret, context=place_of(row))
    row.ciphertext = token.decode()
    return row


def opened(row: EndpointSecret) -> bytes:
    """Return the secret in a row; raises keyring's CiphertextRefused where it cannot be read."""
    return decrypt(
        purpose=Purpose.WEBHOOK_SECRET, token=row.ciphertext.encode(), context=place_of(row)
    )


def place_of(row: EndpointSecret) -> bytes:
    """Return what the ciphertext of a row is bound to."""
    return f"webhooks.endpointsecret.ciphertext:{row.public_id}".encode()
