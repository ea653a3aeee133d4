"""Tasks of a real Celery worker continue the correlation, and are told once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from apps.kernel import context
from apps.observability.task_signals import on_task_published_pass_correlation
from devstack.waiting import wait_until
from tests import house
from tests.apps.observability import sample_tasks


@pytest.fixture
def worker(tmp_path: Path, transactional_db: None) -> Iterator[house.Running]:
    with house.celery_worker(tmp_path / "worker.log", tasks=sample_tasks.__name__) as running:
        yield running


def finished(worker: house.Running, correlation_id: str, count: int) -> list[dict[str, Any]]:
    def found() -> list[dict[str, Any]]:
        return [
            event
            for event in worker.events("task.finished")
            if event["correlation_id"] == correlation_id
        ]

    wait_until(lambda: len(found()) >= count, seconds=30)
    return found()


def test_tasks_are_told_within_the_correlation_of_who_sent_them(worker: house.Running) -> None:
    with context.bound(context.Context(actor="somebody")) as sender:
        sample_tasks.work.delay(statements=2, goes_on=True)
        sample_tasks.fail.delay()
        sample_tasks.retry.delay()

    events = finished(worker, sender.correlation_id, 5)

    assert sorted((event["task"], event["state"]) for event in events) == [
        ("sample.fail", "FAILURE"),
        ("sample.retry", "RETRY"),
        ("sample.retry", "SUCCESS"),
        ("sample.work", "SUCCESS"),
        ("sample.work", "SUCCESS"),
    ]
    assert {event["trace_id"] for event in events} == {sender.trace_id}
    assert len({event["span_id"] for event in events} | {sender.span_id}) == 6
    assert {event["actor"] for event in events} == {"system"}
    assert sorted(event["sql_count"] for event in events if event["task"] == "sample.work") == [
        0,
        2,
    ]
    worked = worker.events("sample.worked")
    assert {event["correlation_id"] for event in worked} == {sender.correlation_id}


def test_failed_task_is_one_error_without_its_secrets(worker: house.Running) -> None:
    with context.bound(context.Context()) as sender:
        sample_tasks.fail.delay()
    finished(worker, sender.correlation_id, 1)

    (error,) = [event for event in worker.events() if event["level"] == "error"]
    assert (error["event"], error["task"]) == ("task.failed", "sample.fail")
    assert (error["error_type"], error["correlation_id"]) == ("ValueError", sender.correlation_id)
    assert "in fail" in error["stack"]
    assert not worker.has_written(b"hunter2")
    # The worker writes nothing but lines of JSON, not even while it starts.
    lines = worker.log.read_bytes().splitlines()
    assert all(isinstance(orjson.loads(line), dict) for line in lines)


def test_each_task_sent_outside_of_any_work_begins_anew() -> None:
    one: dict[str, str] = {}
    other: dict[str, str] = {}
    on_task_published_pass_correlation(headers=one)
    on_task_published_pass_correlation(headers=other)

    assert one["mainstay_correlation_id"] != other["mainstay_correlation_id"]
    assert context.bound_or_none() is None


def test_task_run_on_the_spot_stays_in_the_work_of_its_caller() -> None:
    with context.bound(context.Context()) as caller:
        sample_tasks.retry.apply(retries=1)
        assert context.current() == caller
