"""Signatures of direct uploads to this server: one URL writes one upload, until it expires."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from apps.files.errors import BadSignature
from apps.kernel import clock
from apps.keyring import services as keyring
from apps.keyring.errors import SignatureRefused
from apps.keyring.types import Purpose, Signature

_MESSAGE = "files.direct-upload\n{id}\n{expires}"


def sign(upload_id: UUID, *, expires_at: datetime) -> dict[str, str]:
    """Return the query parameters that let whoever has them write the upload."""
    expires = str(int(expires_at.timestamp()))
    made = keyring.sign(purpose=Purpose.SIGNED_URL, message=_message(upload_id, expires))
    value = base64.urlsafe_b64encode(made.value).decode().rstrip("=")
    return {"expires": expires, "signature": f"{made.kid}.{value}"}


def verify(upload_id: UUID, *, expires: str, signature: str) -> None:
    """Raise BadSignature unless `sign` gave these for the upload, and they still hold."""
    kid, _, encoded = signature.partition(".")
    try:
        value = base64.urlsafe_b64decode(f"{encoded}==")
        given = Signature(kid=kid, value=value)
        message = _message(upload_id, expires)
        keyring.verify(purpose=Purpose.SIGNED_URL, message=message, signature=given)
    except (binascii.Error, ValueError, SignatureRefused):
        raise BadSignature from None
    # Only now: nobody but us wrote these digits.
    if int(expires) < clock.now().timestamp():
        raise BadSignature("Its time is over.")


def _message(upload_id: UUID, expires: str) -> bytes:
    return _MESSAGE.format(id=upload_id, expires=expires).encode()
