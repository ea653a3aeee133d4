"""Connections in the admin, and the page that says why a message did not arrive."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.events.models import LogEntry
from tests.factories.accounts import UserFactory
from tests.factories.realtime import ConnectionFactory, number_all, say

pytestmark = pytest.mark.django_db


def _page(operator: Client, name: str, **asked: object) -> str:
    query = {key: str(value) for key, value in asked.items()}
    answer = operator.get(reverse(f"admin:{name}"), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_connections_are_listed_and_found_by_who_they_are(operator: Client, owner: User) -> None:
    hers = ConnectionFactory.create(user=owner, node="at-home")
    ConnectionFactory.create(node="far-away")

    everything = _page(operator, "realtime_connection_changelist")

    assert "at-home" in everything
    assert "far-away" in everything
    for term in (owner.email, owner.public_id, hers.public_id, hers.session_id):
        found = _page(operator, "realtime_connection_changelist", q=term)
        assert "at-home" in found
        assert "far-away" not in found


def test_open_connections_are_filtered(operator: Client, owner: User) -> None:
    ConnectionFactory.create(node="is-open")
    ConnectionFactory.create(node="is-over", closed_at=owner.created_at, close_code=3008)

    shown = _page(operator, "realtime_connection_changelist", state="open")
    everything = _page(operator, "realtime_connection_changelist")

    assert "is-open" in shown
    assert "is-over" not in shown
    assert f"closed {owner.created_at:%Y-%m-%d %H:%M:%S}: 3008" in everything


def test_disconnecting_names_each_person_once(operator: Client, owner: User) -> None:
    chosen = [ConnectionFactory.create(user=owner).pk for _ in range(3)]

    operator.post(
        reverse("admin:realtime_connection_changelist"),
        {"action": "disconnect", "_selected_action": chosen, "confirmed": "yes"},
    )

    (entry,) = LogEntry.objects.filter(topic="realtime.user.disconnected")
    assert entry.payload["user_id"] == str(owner.public_id)


def test_page_says_why_a_message_did_not_arrive(operator: Client, owner: User) -> None:
    say(f"user:{owner.public_id}")
    number_all()

    by_event = _page(
        operator,
        "realtime_why",
        person=owner.email,
        event=LogEntry.objects.latest("position").event_id,
    )
    by_number = _page(
        operator,
        "realtime_why",
        person=owner.public_id,
        channel=f"user:{owner.public_id}",
        number=1,
    )

    assert "They had no connection open then." in by_event
    assert "They had no connection open then." in by_number


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("realtime_why", "get"),
        ("realtime_console", "get"),
        ("realtime_console_token", "post"),
        ("realtime_console_publish", "post"),
        ("realtime_connection_changelist", "get"),
        ("realtime_channel_changelist", "get"),
    ],
)
def test_staff_without_permission_is_refused(client: Client, name: str, method: str) -> None:
    client.force_login(UserFactory.create(is_staff=True))

    assert getattr(client, method)(reverse(f"admin:{name}")).status_code == 403
