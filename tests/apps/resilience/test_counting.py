"""Windows are counted in Redis, and in this process while it is away."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django import Settings

from apps.kernel.ids import new_id
from apps.observability.measures import Measures, measured
from apps.resilience import counting
from apps.resilience.counting import count_in_window
from apps.resilience.services import RedisRole, redis_client
from tests.log_lines import LogLines


@pytest.fixture
def key() -> str:
    """A window that nobody else counts in."""
    return f"test:{new_id()}"


def test_threads_count_together(key: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: count_in_window(key, seconds=60), range(20)))

    assert sorted(counts) == list(range(1, 21))


def test_window_is_forgotten(key: str) -> None:
    count_in_window(key, seconds=60)

    assert 0 < redis_client(RedisRole.ADMIN).ttl(f"mainstay:{key}") <= 60


def test_script_that_redis_has_lost_is_sent_again(key: str) -> None:
    count_in_window(key, seconds=60)
    redis_client(RedisRole.ADMIN).script_flush()

    assert count_in_window(key, seconds=60) == 2


def test_process_counts_for_itself_while_redis_is_away(
    key: str, settings: Settings, log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_REST_SECONDS", 600.0)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    counts = [count_in_window(key, seconds=60) for _ in range(20)]

    assert counts == list(range(1, 21))
    assert len(log_lines.read("limits.counted_here")) == 1, "Redis was asked more than once"


def test_redis_is_asked_again_after_the_rest(
    key: str, settings: Settings, log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_REST_SECONDS", 0.0)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    for _ in range(2):
        count_in_window(key, seconds=60)

    assert len(log_lines.read("limits.counted_here")) == 2


def test_wait_is_part_of_the_request(key: str) -> None:
    with measured(Measures()) as measures:
        count_in_window(key, seconds=60)

    assert measures.cache_seconds > 0


def test_child_process_has_a_connection_of_its_own(key: str) -> None:
    count_in_window(key, seconds=60)
    child = os.fork()
    if child == 0:
        os._exit(0 if count_in_window(key, seconds=60) == 2 else 1)

    assert os.waitpid(child, 0)[1] == 0
    assert count_in_window(key, seconds=60) == 3
