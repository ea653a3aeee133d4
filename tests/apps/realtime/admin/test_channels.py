"""Channels in the admin, and the console that connects as the operator."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.selectors import access_by
from apps.events.models import LogEntry
from tests.factories.realtime import ChannelFactory, number_all, say

pytestmark = pytest.mark.django_db


def _page(operator: Client, name: str, **asked: object) -> str:
    query = {key: str(value) for key, value in asked.items()}
    answer = operator.get(reverse(f"admin:{name}"), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_channel_shows_its_latest_messages(operator: Client, owner: User) -> None:
    say(f"user:{owner.public_id}", text="a message of the day")
    (publication,) = number_all()
    channel = ChannelFactory._meta.model.objects.get(name=publication.channel)

    shown = operator.get(reverse("admin:realtime_channel_change", args=[channel.pk]))

    assert "a message of the day" in shown.content.decode()
    assert "Nobody." in shown.content.decode()


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
