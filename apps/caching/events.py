"""What caching announces: what operators clear. What code forgets is not told."""

from apps.events.types import Event


class CacheCleared(Event, topic="caching.cache.cleared"):
    """An operator, the event's actor, let everything of a namespace be forgotten, and said why."""

    namespace: str
    reason: str
