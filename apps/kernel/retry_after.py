"""How long another server asks us to wait."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def asked_pause(retry_after: str | None, *, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for (RFC 9110 section 10.2.3), if any.

    It holds either seconds or a date; whatever is neither says nothing.
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
