"""P6: for all requests, the counts equal what really happened, as the servers saw it."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from apps.resilience.services import RedisRole, redis_client
from tests.apps.observability import sample_urls
from tests.log_lines import LogLines

few = st.integers(0, 6)


def keyspace() -> tuple[int, int]:
    """Hits and misses as Redis counts them."""
    facts: Any = redis_client(RedisRole.ADMIN).info("stats")
    return facts["keyspace_hits"], facts["keyspace_misses"]


@pytest.mark.django_db(transaction=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(statements=few, hits=few, misses=few, calls=few)
def test_property_p6_counts_equal_what_happened(
    statements: int, hits: int, misses: int, calls: int, settings: Settings, log_lines: LogLines
) -> None:
    """For all requests: SQL, cache and outbound counts equal what Django and Redis counted.

    Seen to fail on a cache that counted keys holding one certain value as misses.
    """
    settings.ROOT_URLCONF = sample_urls.__name__
    cache.clear()
    log_lines.raw()
    hits_before, misses_before = keyspace()

    with CaptureQueriesContext(connection) as queries:
        Client().get(f"/toil/{statements}/{hits}/{misses}/{calls}")

    hits_after, misses_after = keyspace()
    (event,) = log_lines.read("http.request_finished")
    assert event["sql_count"] == len(queries) == statements
    assert event["cache_hits"] == hits_after - hits_before == hits
    assert event["cache_misses"] == misses_after - misses_before == misses
    assert event["outbound_count"] == calls
    assert (event["sql_ms"] > 0) == bool(statements)
    assert (event["cache_ms"] > 0) == bool(hits or misses)
    assert (event["outbound_ms"] > 0) == bool(calls)
    assert event["sql_ms"] + event["cache_ms"] <= event["duration_ms"]
