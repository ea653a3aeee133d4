"""Announcing writes one row, with the transaction and never without it."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.events.errors import NotInTransaction
from apps.events.selectors import event_with_id, latest_events
from apps.events.services import announce, announce_all, announcing
from apps.kernel.context import Context, bound
from tests.apps.events.conftest import BellRang


@pytest.mark.django_db
def test_event_carries_who_and_which_request() -> None:
    context = Context(correlation_id="request-7", actor="user-9")

    with bound(context), transaction.atomic():
        event_id = announce(BellRang(number=3, audience=("user:1",)))

    event = event_with_id(event_id)
    assert event is not None
    assert (event.topic, event.version) == ("tests.bell.rang", 1)
    assert event.payload == {"number": 3, "tower": "north"}
    assert event.audience == ("user:1",)
    assert (event.actor, event.correlation_id) == ("user-9", "request-7")
    assert context.trace_id in event.traceparent


@pytest.mark.django_db
def test_many_events_are_written_in_order_with_one_statement() -> None:
    events = [BellRang(number=number, audience=(f'user:"{number}\\',)) for number in range(50)]
    causes = [Context(correlation_id=f"request-{number}", actor="user-9") for number in range(50)]

    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        announce_all(events, contexts=causes)

    told = latest_events(limit=50, topic_prefix="tests.bell.")
    assert [event.payload["number"] for event in told] == list(range(50))
    assert [event.audience for event in told] == [event.audience for event in events]
    assert [event.correlation_id for event in told] == [each.correlation_id for each in causes]
    assert {event.actor for event in told} == {"user-9"}
    assert len([query for query in queries if "events_log" in query["sql"]]) == 1


@pytest.mark.django_db
def test_many_events_are_caused_by_what_is_bound_unless_it_is_said() -> None:
    with bound(Context(correlation_id="request-7")), transaction.atomic():
        announce_all([BellRang(number=1), BellRang(number=2)])
        announce_all([])

    told = latest_events(limit=2, topic_prefix="tests.bell.")
    assert [event.correlation_id for event in told] == ["request-7", "request-7"]


@pytest.mark.django_db(transaction=True)
def test_many_events_outside_a_transaction_are_refused() -> None:
    with pytest.raises(NotInTransaction, match=r"tests\.bell\.rang"):
        announce_all([BellRang(number=1)])


@pytest.mark.django_db(transaction=True)
def test_rolled_back_event_never_was() -> None:
    with transaction.atomic():
        event_id = announce(BellRang(number=1))
        transaction.set_rollback(True)

    assert event_with_id(event_id) is None


@pytest.mark.django_db(transaction=True)
def test_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NotInTransaction, match=r"tests\.bell\.rang"):
        announce(BellRang(number=1))


@pytest.mark.django_db(transaction=True)
def test_transaction_wakes_the_dispatcher_once() -> None:
    with transaction.atomic():
        for number in range(5):
            announce(BellRang(number=number))

        assert len(connection.run_on_commit) == 1


@pytest.mark.django_db(transaction=True)
def test_hints_are_sent_once_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcing, "WAKE_PAUSE_SECONDS", 60)
    monkeypatch.setattr(announcing, "_waker", announcing._Waker())
    with CaptureQueriesContext(connection) as queries:
        for number in range(5):
            with transaction.atomic():
                announce(BellRang(number=number))

    assert [query["sql"] for query in queries if "NOTIFY" in query["sql"]] == [
        "NOTIFY mainstay_events"
    ]


@pytest.mark.django_db
def test_newest_events_come_oldest_first() -> None:
    with transaction.atomic():
        for number in range(3):
            announce(BellRang(number=number))

    numbers = [e.payload["number"] for e in latest_events(limit=3, topic_prefix="tests.bell")]

    assert numbers == [0, 1, 2]
