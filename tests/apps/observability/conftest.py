"""Fixtures of the tests of observability."""

from tests.own_redis import own_redis, usual_waits

__all__ = ["own_redis", "usual_waits"]
