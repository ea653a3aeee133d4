"""Operators browse the log, and resume or skip what stopped; nobody edits it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.events.models import ConsumerCursor, LogEntry, SkippedEvent
from tests.apps.events.conftest import Listener

Ring = Callable[..., None]


@pytest.fixture
def operator(transactional_db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("operator@example.com"))
    return client


def test_log_is_listed_and_one_event_is_shown(operator: Client, ring: Ring) -> None:
    ring(12345)
    newest = LogEntry.objects.order_by("-position")[0]

    listed = operator.get(reverse("admin:events_logentry_changelist"))
    shown = operator.get(reverse("admin:events_logentry_change", args=[newest.pk]))

    assert "tests.bell.rang" in listed.content.decode()
    assert "12345" in shown.content.decode()


def test_event_is_found_by_its_topic(operator: Client, ring: Ring) -> None:
    ring(1)
    url = reverse("admin:events_logentry_changelist")

    found = operator.get(url, {"q": "tests.bell.rang"}).context["cl"].result_count
    missing = operator.get(url, {"q": "no.such.topic"}).context["cl"].result_count

    assert found > 0
    assert missing == 0


@pytest.mark.parametrize("page", ["add", "delete"])
def test_log_cannot_be_edited(operator: Client, ring: Ring, page: str) -> None:
    ring(1)
    arguments = [LogEntry.objects.all()[0].pk] if page == "delete" else []

    answer = operator.get(reverse(f"admin:events_logentry_{page}", args=arguments))

    assert answer.status_code == 403


def act(operator: Client, action: str, name: str) -> str:
    kept = ConsumerCursor.objects.get(name=name)
    answer = operator.post(
        reverse("admin:events_consumercursor_changelist"),
        {"action": action, "_selected_action": [kept.pk], "confirmed": "yes"},
        follow=True,
    )
    return answer.content.decode()


def test_stopped_consumer_skips_its_event(operator: Client, listener: Listener, ring: Ring) -> None:
    ring(1)
    ConsumerCursor.objects.filter(name=listener.name).update(state="stopped", error="bad bell")

    said = act(operator, "skip", listener.name)

    assert "announced in the event log" in said
    assert SkippedEvent.objects.get().consumer == listener.name


def test_running_consumer_says_why_nothing_is_done(operator: Client, listener: Listener) -> None:
    assert "only a stopped consumer" in act(operator, "resume", listener.name)
