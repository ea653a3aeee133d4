"""The operator's pages of realtime: who is connected, the console, and why."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.selectors import access_by
from apps.events.models import LogEntry
from tests.factories.accounts import UserFactory
from tests.factories.realtime import ChannelFactory, ConnectionFactory, number_all, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def _page(operator: Client, name: str, **asked: object) -> str:
    query = {key: str(value) for key, value in asked.items()}
    answer = operator.get(reverse(f"admin:{name}"), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_connections_are_listed_and_found_by_who_they_are(operator: Client, owner: User) -> None:
    hers = ConnectionFactory.create(user=owner, node="node-of-olga")
    ConnectionFactory.create(node="node-of-others")

    everything = _page(operator, "realtime_connection_changelist")

    assert "node-of-olga" in everything
    assert "node-of-others" in everything
    for term in (owner.email, owner.public_id, hers.public_id, hers.session_id):
        found = _page(operator, "realtime_connection_changelist", q=term)
        assert "node-of-olga" in found
        assert "node-of-others" not in found


def test_open_connections_are_filtered(operator: Client, owner: User) -> None:
    ConnectionFactory.create(node="is-open")
    ConnectionFactory.create(node="is-closed", closed_at=owner.created_at)

    shown = _page(operator, "realtime_connection_changelist", state="open")

    assert "is-open" in shown
    assert "is-closed" not in shown


def test_disconnecting_names_each_person_once(operator: Client, owner: User) -> None:
    chosen = [ConnectionFactory.create(user=owner).pk for _ in range(3)]

    operator.post(
        reverse("admin:realtime_connection_changelist"),
        {"action": "disconnect", "_selected_action": chosen, "confirmed": "yes"},
    )

    (entry,) = LogEntry.objects.filter(topic="realtime.user.disconnected")
    assert entry.payload["user_id"] == str(owner.public_id)


def test_channel_shows_its_latest_messages(operator: Client, owner: User) -> None:
    say(f"user:{owner.public_id}", text="a message of the day")
    (publication,) = number_all()
    channel = ChannelFactory._meta.model.objects.get(name=publication.channel)

    shown = operator.get(reverse("admin:realtime_channel_change", args=[channel.pk]))

    assert "a message of the day" in shown.content.decode()
    assert "Nobody." in shown.content.decode()


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
    ("asked", "complaint"),
    [
        ({"person": "nobody@example.com", "channel": "user:1", "number": 1}, "Nobody has this"),
        ({"person": "42", "channel": "user:1", "number": 1}, "Nobody has this"),
        ({"person": "owner@example.com"}, "Name an event, or a channel"),
        ({"person": "owner@example.com", "channel": "user:1"}, "Name an event, or a channel"),
    ],
)
def test_page_says_what_it_needs(
    operator: Client, owner: User, asked: dict[str, object], complaint: str
) -> None:
    assert complaint in _page(operator, "realtime_why", **asked)


def test_console_connects_as_the_operator(operator: Client, staff: User) -> None:
    shown = _page(operator, "realtime_console")
    token = operator.post(reverse("admin:realtime_console_token")).json()["token"]

    assert "/connection/websocket" in shown
    assert f"user:{staff.public_id}" in shown
    assert access_by(token).user_id == staff.pk


def test_console_publishes_and_says_what_is_wrong(operator: Client, owner: User) -> None:
    url = reverse("admin:realtime_console_publish")
    channel = f"user:{owner.public_id}"

    good = operator.post(url, {"channel": channel, "message": '{"text": "Hello"}'})
    no_object = operator.post(url, {"channel": channel, "message": "[1]"})
    no_channel = operator.post(url, {"channel": "nonsense", "message": "{}"})

    assert LogEntry.objects.get(event_id=good.json()["event_id"]).payload["data"]["text"] == "Hello"
    assert (no_object.status_code, no_channel.status_code) == (400, 400)
    assert "no channel" in no_channel.json()["error"]


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
