"""Signed URLs: whoever has one is given one file, as one user would be, until it expires."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.conf import settings

from apps.files.errors import BadSignature
from apps.files.types import Disposition
from apps.kernel.clock import now
from apps.keyring.errors import SignatureRefused
from apps.keyring.services import sign, verify
from apps.keyring.types import Purpose, Signature

# So long is a URL good that nobody said anything else of.
LIFETIME = timedelta(hours=1)
LONGEST_LIFETIME = timedelta(days=7)
# What is shown again and again has the same URL for so long, and its reader the same copy.
_STEP = timedelta(minutes=15)
# Nothing else that this purpose's keys sign begins so.
_WHAT = "files.content"
_MARK = "&signature="


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a signed URL gives, and in whose name."""

    file_id: UUID
    # Public.
    user_id: UUID
    # "" for the file itself.
    rendition: str = ""
    # None for what type and purpose allow.
    disposition: Disposition | None = None
    expires_at: datetime


def content_path(file_id: UUID) -> str:
    """Return where a file's bytes are given."""
    return f"/api/v1/files/{file_id}/content"


def expiry(lifetime: timedelta | None = None) -> datetime:
    """Return when a URL made now expires: after its lifetime.

    Without one, some time from one hour on, which for a quarter of an hour is the same moment.
    """
    if lifetime is not None:
        return now() + lifetime
    step = int(_STEP.total_seconds())
    return datetime.fromtimestamp((_seconds(now() + LIFETIME) // step + 1) * step, UTC)


def signed_url(grant: Grant) -> str:
    """Return the URL that carries a grant, signed by the active key for signed URLs.

    It does not look at the file: whether there is one, and whether it may be given, is asked of
    whoever comes with the URL, each time.
    """
    path = content_path(grant.file_id)
    query = urlencode(
        {
            "rendition": grant.rendition,
            "disposition": grant.disposition or "",
            "user": str(grant.user_id),
            "expires": _seconds(grant.expires_at),
        }
    )
    signature = sign(purpose=Purpose.SIGNED_URL, message=_message(path, query))
    return f"{settings.FILES_CONTENT_URL}{path}?{query}{_MARK}{_written(signature)}"


def granted(file_id: UUID, *, path: str, query: str) -> Grant:
    """Return what a URL gives, by its path and its query string as they came.

    Raises BadSignature where any of their bytes is not as it was signed, or where it has expired.
    The signature is of the text, not of what it means, so that no second spelling is good.
    """
    signed, _, signature = query.rpartition(_MARK)
    try:
        verify(
            purpose=Purpose.SIGNED_URL, message=_message(path, signed), signature=_read(signature)
        )
    except SignatureRefused:
        raise BadSignature from None
    said: Mapping[str, str] = dict(parse_qsl(signed, keep_blank_values=True))
    expires_at = datetime.fromtimestamp(int(said["expires"]), UTC)
    if path != content_path(file_id):
        raise BadSignature
    if expires_at <= now():
        raise BadSignature("The URL has expired; ask for a new one.")
    return Grant(
        file_id=file_id,
        user_id=UUID(said["user"]),
        rendition=said["rendition"],
        disposition=Disposition(said["disposition"]) if said["disposition"] else None,
        expires_at=expires_at,
    )


def _message(path: str, query: str) -> bytes:
    # Hostile clients send halves of characters too.
    return f"{_WHAT}\n{path}\n{query}".encode(errors="backslashreplace")


def _written(signature: Signature) -> str:
    value = base64.urlsafe_b64encode(signature.value).decode().rstrip("=")
    return f"{signature.kid}.{value}"


def _read(text: str) -> Signature:
    kid, _, value = text.rpartition(".")
    try:
        signature = Signature(kid=kid, value=base64.urlsafe_b64decode(f"{value}="))
    except (ValueError, binascii.Error):
        raise BadSignature from None
    # The last digit holds bits that say nothing: of its four spellings one is good.
    if _written(signature) != text:
        raise BadSignature
    return signature


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
