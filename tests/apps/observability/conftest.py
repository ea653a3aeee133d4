"""Fixtures of the tests of observability."""

from tests.own_redis import own_redis

__all__ = ["own_redis"]
