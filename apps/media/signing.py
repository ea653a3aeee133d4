"""Signatures of URLs: HMAC-SHA256 with the ring's keys, over what is asked, however it is written.

Whoever holds a signed URL may have the picture: it is the permission. A fallback is not signed, for
it opens nothing.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlencode

from apps.kernel import clock
from apps.keyring import services as keyring
from apps.keyring.errors import SignatureRefused
from apps.keyring.selectors import keys
from apps.keyring.types import Purpose, Signature
from apps.media.asking import PREFIX
from apps.media.errors import BadSignature
from apps.media.keys import canonical
from apps.media.parameters import written_parameters
from apps.media.types import Asked, OwnFile

_LONGEST = 200


def message_of(asked: Asked) -> bytes:
    """Return what is signed: equal for equal requests, in whatever order they are written."""
    source = asked.source
    place = source.id if isinstance(source, OwnFile) else source.url
    how = f"preset={asked.preset}" if asked.preset else canonical(asked.parameters)
    return "\n".join(("media/v1", place, how, str(asked.expires))).encode()


def signed_path(asked: Asked) -> str:
    """Return the path and query of a request, signed with the active key."""
    made = keyring.sign(purpose=Purpose.SIGNED_URL, message=message_of(asked))
    code = urlsafe_b64encode(made.value).rstrip(b"=").decode()
    return path_of(asked, signature=f"{made.kid}.{code}")


def path_of(asked: Asked, *, signature: str = "") -> str:
    """Return the path and query of a request."""
    source, query = asked.source, dict[str, str]()
    place = "remote"
    if isinstance(source, OwnFile):
        place = f"files/{source.file_id}"
    else:
        query["url"] = source.url
    query |= {"preset": asked.preset} if asked.preset else written_parameters(asked.parameters)
    more = {"fallback": asked.fallback, "expires": asked.expires, "signature": signature}
    query |= {name: str(value) for name, value in more.items() if value}
    return f"{PREFIX}{place}?{urlencode(query)}" if query else f"{PREFIX}{place}"


def verify(asked: Asked) -> None:
    """Raise BadSignature unless the request is signed, and its time not over."""
    if asked.expires and asked.expires <= clock.now().timestamp():
        raise BadSignature("The URL's time is over; ask for a new one.")
    try:
        keyring.verify(
            purpose=Purpose.SIGNED_URL, message=message_of(asked), signature=_read(asked.signature)
        )
    except SignatureRefused as error:
        raise BadSignature("The URL was not signed here as it is.") from error


def keys_mark() -> object:
    """Return what changes whenever a key may have come to count no more."""
    found = keys(purpose=Purpose.SIGNED_URL)
    return tuple((key.kid, key.state) for key in found)


def _read(text: str) -> Signature:
    kid, _, code = text[:_LONGEST].rpartition(".")
    try:
        value = urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadSignature("The signature cannot be read.") from error
    if urlsafe_b64encode(value).rstrip(b"=").decode() != code:
        raise BadSignature("The signature is not written as it was given out.")
    return Signature(kid=kid, value=value)
