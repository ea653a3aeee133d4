"""Which sites' pages may open connections here (OWASP ASVS 5.0, 4.4.2).

Apps name no origin, and none is needed of them: what opens a connection is an access token in its
first message, which no page can make a browser add (decision 0016).
"""

from collections.abc import Iterable

from django.conf import settings

from apps.api.origins import is_among

Headers = Iterable[tuple[bytes, bytes]]


def header(headers: Headers, name: bytes) -> str:
    """Return a header of a request, or ""."""
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def is_allowed(origin: str) -> bool:
    """Whether a page of this origin may connect; "" is no page."""
    return not origin or is_among(
        origin,
        settings.REALTIME_ALLOWED_ORIGINS,
        allows_local=settings.REALTIME_ALLOWS_LOCAL_ORIGINS,
    )


def answer_headers(origin: str) -> list[tuple[bytes, bytes]]:
    """Return the headers by which a browser lets an allowed page read an answer (Fetch, CORS)."""
    if not origin:
        return []
    return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
