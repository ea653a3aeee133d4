"""Each process that runs tests has quick servers and a folder to itself."""

import os
from contextlib import ExitStack

import psycopg
import pytest
import redis

from tests.plugins import servers


def test_database_answers_and_does_not_wait_for_the_disk() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        if "DATABASE_URL" not in servers.given:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)


def test_redis_answers() -> None:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        assert client.ping()


def test_second_run_at_the_same_time_gets_another_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as open_files:
        monkeypatch.setattr(servers, "_open", open_files)

        first = servers._folder_for("twice")
        second = servers._folder_for("twice")

    assert first != second


@pytest.mark.parametrize(("worker", "path"), [("main", "/0"), ("gw3", "/3"), ("gw17", "/1")])
def test_workers_on_a_shared_redis_have_databases_of_their_own(worker: str, path: str) -> None:
    shared = "redis://user:secret@redis.internal:6379/5?ssl=yes"

    own = servers._own_redis_database(shared, worker)

    assert own == f"redis://user:secret@redis.internal:6379{path}?ssl=yes"
