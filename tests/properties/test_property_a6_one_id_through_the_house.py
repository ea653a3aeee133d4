"""A6: for all call chains, one correlation id goes through the whole house.

From an HTTP request to its event in the log, the webhook that tells a partner, and a task on a
real Celery worker that fails.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.events.ports import consumers
from apps.events.selectors import latest_events
from apps.events.services import advance
from apps.events.types import LoggedEvent
from apps.kernel import context
from devstack.waiting import wait_until
from tests import house
from tests.apps.observability import sample_tasks
from tests.factories.webhooks import EndpointFactory
from tests.hostile_server import HostileServer, hostile_server
from tests.log_lines import LogLines
from tests.people import client_of

TOPIC = "buildings.building.created"
hexadecimal = "0123456789abcdef"
ids = st.none() | st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True)
traces = st.none() | st.text(hexadecimal, min_size=32, max_size=32).filter(
    lambda t: set(t) != {"0"}
)


@pytest.fixture
def worker(tmp_path: Path, transactional_db: None) -> Iterator[house.Running]:
    with house.celery_worker(
        tmp_path / "worker.log",
        tasks=sample_tasks.__name__,
        OUTBOUND_ALLOWED_NETWORKS="127.0.0.0/8",
    ) as running:
        yield running


@pytest.fixture
def partner() -> Iterator[HostileServer]:
    with hostile_server() as server:
        yield server


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(sent_id=ids, sent_trace=traces)
def test_property_a6_one_id_through_the_house(
    sent_id: str | None,
    sent_trace: str | None,
    transactional_db: None,
    owner: User,
    worker: house.Running,
    partner: HostileServer,
    log_lines: LogLines,
) -> None:
    """For all call chains: one id in answer, logs, event, outbound call, task and its error.

    Seen to fail on tasks that began a correlation of their own.
    """
    if not partner.requests:
        EndpointFactory.create(owner=owner, url=partner.url, event_types=[TOPIC])
    log_lines.raw()

    answered = created(owner, sent_id, sent_trace)
    event = latest_events(limit=1, topic_prefix=TOPIC)[0]
    told = carried_to(partner)
    failed = failed_task(worker, event)

    logged = {line["correlation_id"] for line in log_lines.read("http.request_finished")}
    assert logged == {answered}
    assert event.correlation_id == answered
    assert told["x-request-id"] == answered
    assert failed["correlation_id"] == answered
    if sent_id:
        assert answered == sent_id

    parents = [event.traceparent, told["traceparent"]]
    trace_ids = {parent.split("-")[1] for parent in parents} | {failed["trace_id"]}
    assert trace_ids == {sent_trace or event.traceparent.split("-")[1]}
    # Each is a span of its own.
    assert len({*(parent.split("-")[2] for parent in parents), failed["span_id"]}) == 3


def created(owner: User, sent_id: str | None, sent_trace: str | None) -> str:
    """Create a building over the API; return the id of the answer."""
    headers: Any = {}
    if sent_id:
        headers["HTTP_X_REQUEST_ID"] = sent_id
    if sent_trace:
        headers["HTTP_TRACEPARENT"] = f"00-{sent_trace}-00f067aa0ba902b7-01"
    response = client_of(owner).post(
        "/api/v1/buildings/", {"name": "House", "address": "1 Harbour Road"}, **headers
    )
    assert response.status_code == 201, response.content
    return str(response["X-Request-ID"])


def carried_to(partner: HostileServer) -> dict[str, str]:
    """Let the event be heard, and a worker deliver it; return the headers the partner got."""
    before = len(partner.requests)
    consumer = consumers.get("webhooks")
    assert consumer is not None

    def has_told() -> bool:
        advance(consumer)
        return len(partner.requests) > before

    assert wait_until(has_told, seconds=30)
    (told,) = partner.requests[before:]
    return told.headers


def failed_task(worker: house.Running, event: LoggedEvent) -> dict[str, Any]:
    """Send a task that fails, because of the event; return what the worker's log says."""
    cause = context.continued_from(
        correlation_id=event.correlation_id, traceparent=event.traceparent
    )
    before = len(worker.events("task.failed"))
    with context.bound(cause):
        sample_tasks.fail.delay()
    assert wait_until(lambda: len(worker.events("task.failed")) > before, seconds=30)
    return worker.events("task.failed")[-1]
