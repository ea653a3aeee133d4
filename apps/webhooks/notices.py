"""What owners are mailed about their endpoints, in words."""

from urllib.parse import urlsplit

from apps.webhooks.models import Endpoint
from apps.webhooks.types import DisabledBy, Notice

_FAILING = """\
Every attempt to send an event to your webhook endpoint on {host} has failed since {since}:
{failures} in a row. Events are kept and tried again for some hours each.

Look at what your server answered in the list of deliveries. If it goes on like this, the endpoint
will be disabled after {days} days of failures.

Endpoint: {id}
"""
_DISABLED = """\
Your webhook endpoint on {host} was disabled: {reason}.
It is sent nothing any more, and what was still to be sent is cancelled.

Once your server is well, enable the endpoint; it is then sent the events from that moment on.

Endpoint: {id}
"""
_REASONS = {
    DisabledBy.GONE: "it answered 410 Gone, which asks for no more events",
    DisabledBy.FAILING: "every attempt has failed since {since}",
}


def worded(endpoint: Endpoint, *, disable_after_days: int) -> tuple[str, str]:
    """Return subject and text of the notice that an endpoint's owner is owed.

    The URL is named by its host alone: its path may be a secret.
    """
    host = urlsplit(endpoint.url).hostname or "an unknown host"
    since = f"{endpoint.failing_since:%d %B %Y, %H:%M} UTC" if endpoint.failing_since else "long"
    about = {"host": host, "since": since, "id": endpoint.public_id}
    if endpoint.owed_notice == Notice.FAILING:
        failures = endpoint.consecutive_failures
        text = _FAILING.format(**about, failures=failures, days=disable_after_days)
        return f"Your webhook endpoint on {host} is failing", text
    reason = _REASONS.get(DisabledBy(endpoint.disabled_by), "").format(**about)
    return f"Your webhook endpoint on {host} was disabled", _DISABLED.format(**about, reason=reason)
