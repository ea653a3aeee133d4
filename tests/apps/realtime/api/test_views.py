"""Servers publish, look and disconnect; nobody else does, and streams are elsewhere."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.events.models import LogEntry
from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime.presence import presence_bytes
from apps.realtime.types import Presence
from apps.resilience.services import RedisRole, redis_client
from tests.factories.accounts import UserFactory
from tests.factories.buildings import BuildingFactory
from tests.factories.realtime import number_all
from tests.people import client_of

pytestmark = pytest.mark.django_db

READS = [("presence/", "realtime.view_channel"), ("history/", "realtime.view_channel")]
WRITES = ["publish/", "broadcast/", "disconnect/"]
PATHS = [*(path for path, _ in READS), *WRITES]


def _url(path: str) -> str:
    return f"/api/v1/realtime/{path}"


def _server(*permissions: str) -> APIClient:
    """A member of staff with these permissions of realtime and no others."""
    user = UserFactory.create(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return client_of(user)


@pytest.mark.parametrize("path", PATHS)
def test_nobody_is_let_in_without_the_permission(path: str, stranger: User) -> None:
    method = "post" if path in WRITES else "get"
    also_staff = _server("view_connection")

    answers = [getattr(client, method)(_url(path)) for client in (client_of(stranger), also_staff)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert getattr(APIClient(), method)(_url(path)).status_code == 401


def test_permission_without_being_staff_is_not_enough(stranger: User) -> None:
    stranger.user_permissions.set(Permission.objects.filter(codename="publish_message"))

    answer = client_of(stranger).post(_url("publish/"), {}, format="json")

    assert answer.status_code == 403


def test_published_message_is_on_its_channel_as_it_was_sent() -> None:
    server = _server("publish_message", "view_channel")
    channel = f"user:{new_id()}"

    answer = server.post(
        _url("publish/"), {"channel": channel, "data": {"lift": [1, None]}}, format="json"
    )
    number_all()
    kept = server.get(_url("history/"), {"channel": channel}).json()

    assert answer.status_code == 202
    (publication,) = kept["publications"]
    assert publication["event_id"] == answer.json()["event_id"]
    assert publication["data"] == {"lift": [1, None]}
    assert (kept["offset"], publication["offset"]) == (1, 1)


def test_broadcast_reaches_every_channel_by_one_event() -> None:
    server = _server("publish_message", "view_channel")
    channels = [f"user:{new_id()}", f"room:building:{new_id()}"]

    answer = server.post(
        _url("broadcast/"), {"channels": channels, "data": {"n": 1}}, format="json"
    )
    number_all()

    assert answer.status_code == 202
    for channel in channels:
        kept = server.get(_url("history/"), {"channel": channel}).json()
        assert [each["event_id"] for each in kept["publications"]] == [answer.json()["event_id"]]


def test_same_key_publishes_once() -> None:
    server = _server("publish_message")
    body = {"channel": f"user:{new_id()}", "data": {"n": 1}}

    answers = [
        server.post(_url("publish/"), body, format="json", headers={"Idempotency-Key": "once"})
        for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert LogEntry.objects.filter(topic="realtime.message.published").count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"channel": "room:garden:1", "data": {}}, "realtime.unknown_channel"),
        ({"channel": "user:", "data": {}}, "realtime.unknown_channel"),
        (
            {"channel": f"user:{new_id()}", "data": {"n": "x" * 17_000}},
            "realtime.message_too_large",
        ),
        ({"channel": f"user:{new_id()}", "data": [1]}, "kernel.invalid"),
        ({"channel": f"user:{new_id()}"}, "kernel.invalid"),
    ],
)
def test_what_cannot_be_published_is_refused(body: Any, code: str) -> None:
    answer = _server("publish_message").post(_url("publish/"), body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not LogEntry.objects.filter(topic="realtime.message.published").exists()


def test_history_is_read_from_a_place_in_either_direction() -> None:
    server = _server("publish_message", "view_channel")
    channel = f"user:{new_id()}"
    for number in range(5):
        server.post(_url("publish/"), {"channel": channel, "data": {"n": number}}, format="json")
    number_all()

    def offsets(**asked: str | int) -> list[int]:
        kept = server.get(_url("history/"), {"channel": channel, **asked}).json()
        return [each["offset"] for each in kept["publications"]]

    assert offsets() == [1, 2, 3, 4, 5]
    assert offsets(since_offset=2, count=2) == [3, 4]
    assert offsets(newest_first="true", count=2) == [5, 4]
    assert offsets(newest_first="true", since_offset=3) == [2, 1]


def test_channel_that_was_never_used_has_no_history() -> None:
    kept = _server("view_channel").get(_url("history/"), {"channel": f"user:{new_id()}"}).json()

    assert (kept["offset"], kept["publications"]) == (0, [])


def test_presence_names_each_connection_and_counts_people(owner: User) -> None:
    channel = f"room:building:{BuildingFactory.create(owner__user=owner).public_id}"
    _be_there(channel, owner, "phone")
    _be_there(channel, owner, "laptop")

    shown = _server("view_channel").get(_url("presence/"), {"channel": channel}).json()

    assert sorted(each["client"] for each in shown["clients"]) == ["laptop", "phone"]
    assert shown["user_count"] == 1


def test_disconnecting_is_announced_for_the_nodes(owner: User) -> None:
    answer = _server("disconnect_user").post(
        _url("disconnect/"), {"user": str(owner.public_id), "code": 4000}, format="json"
    )

    assert answer.status_code == 202
    entry = LogEntry.objects.get(topic="realtime.user.disconnected")
    assert entry.payload == {
        "user_id": str(owner.public_id),
        "code": 4000,
        "reason": "force disconnect",
    }


@pytest.mark.parametrize("code", [1000, 2999, 5000])
def test_codes_that_clients_do_not_know_are_refused(code: int, owner: User) -> None:
    answer = _server("disconnect_user").post(
        _url("disconnect/"), {"user": str(owner.public_id), "code": code}, format="json"
    )

    assert answer.status_code == 400


def test_stream_is_at_the_realtime_process(owner: User) -> None:
    answer = client_of(owner).get(_url("events"), {"room": "building:1"})

    assert answer.status_code == 421
    assert settings.REALTIME_URL in answer.json()["detail"]


def test_stream_is_for_those_who_are_signed_in() -> None:
    assert APIClient().get(_url("events")).status_code == 401


def _be_there(channel: str, user: User, client_id: str) -> None:
    redis: Any = redis_client(RedisRole.FAST)
    presence = Presence(
        client_id=client_id, user_id=user.public_id, connected_at=now(), node="node-a", info={}
    )
    redis.hset(f"mainstay:presence:on:{channel}", client_id, presence_bytes(presence))
    until = int((now().timestamp() + 60) * 1000)
    redis.zadd("mainstay:presence:until", {f"{client_id} {channel}": until})
