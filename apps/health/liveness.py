"""That this process answers: the same bytes for whoever asks."""

from apps.api.lane.plain import PlainAnswer

ALIVE = PlainAnswer(
    name="/health/live",
    body=b'{"status":"alive"}',
    content_type="application/json",
    cache_control="no-store",
)
