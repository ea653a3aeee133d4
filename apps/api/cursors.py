"""Positions in a list as signed, opaque texts that only this list accepts back."""

from collections.abc import Sequence

from django.core import signing

from apps.api.errors import TamperedCursor

# Neither in the alphabet of base64 nor escaped in a URL.
_SEPARATOR = "."


def sealed(position: Sequence[str], *, scope: str) -> str:
    """Return the position as a cursor that opens in the same scope only."""
    return _signer(scope).sign_object(list(position))


def opened(cursor: str, *, scope: str) -> list[str]:
    """Return the position in a cursor; raises TamperedCursor where we did not seal it there."""
    try:
        position: list[str] = _signer(scope).unsign_object(cursor)
    except signing.BadSignature as error:
        raise TamperedCursor(
            "This cursor is not from this list with these filters; start again without one."
        ) from error
    return position


def _signer(scope: str) -> signing.Signer:
    return signing.Signer(sep=_SEPARATOR, salt=f"apps.api.cursors:{scope}")
