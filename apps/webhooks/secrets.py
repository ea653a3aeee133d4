"""Endpoints' secrets and headers at rest: encrypted by the keyring, bound to their row."""

from collections.abc import Mapping
from uuid import UUID

import orjson

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


def sealed_headers(endpoint: Endpoint, headers: Mapping[str, str]) -> str:
    """Return an endpoint's headers as they are kept; "" for none."""
    if not headers:
        return ""
    return encrypt(
        purpose=Purpose.WEBHOOK_SECRET,
        plaintext=orjson.dumps(dict(headers)),
        context=place_of_headers(endpoint.public_id),
    ).decode()


def opened_headers(sealed: str, *, endpoint_id: UUID) -> tuple[tuple[str, str], ...]:
    """Return the headers of an endpoint; raises CiphertextRefused where they cannot be read."""
    if not sealed:
        return ()
    opened_bytes = decrypt(
        purpose=Purpose.WEBHOOK_SECRET,
        token=sealed.encode(),
        context=place_of_headers(endpoint_id),
    )
    return tuple(orjson.loads(opened_bytes).items())


def place_of_headers(endpoint_id: UUID) -> bytes:
    """Return what the headers of an endpoint are bound to."""
    return f"webhooks.endpoint.sealed_headers:{endpoint_id}".encode()
