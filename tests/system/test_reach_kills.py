"""Nothing is lost: each part is killed under 10,000 notifications and 1,000 open sockets."""

import json
import os
import signal
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Count

from apps.accounts.models import Session, User
from apps.kernel.clock import now
from apps.keyring.services import sign_token
from apps.notifications.models import (
    Delivery,
    ProviderAccount,
    Registration,
    TopicSubscription,
)
from apps.notifications.services import create_account, send_notification
from apps.notifications.types import Channel, PushService, Target, TargetKind, Text
from devstack.waiting import wait_until
from tests.apps.notifications.asking import category
from tests.own_redis import OwnRedis, own_redis
from tests.processes import OtherProcess, python_on_the_same_database
from tests.push_services import PushProcess, push_process
from tests.realtime_nodes import RunningNode, running_node
from tests.system.socket_crowd import Crowd, Phone, crowd_of

__all__ = ["own_redis"]

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]

PEOPLE = 1000
ROUNDS = 10
IN_TIME = 240
# As many as a worker holds at a time.
IN_FLIGHT = 2000

_DISPATCHER = """
from apps.events.dispatcher import Dispatcher
from apps.events.ports import consumers
say("ready")
Dispatcher([consumers.get("realtime")]).run()
"""
_WORKER = """
import time
from apps.notifications.services import deliver_due, expand_due
say("ready")
while True:
    expand_due()
    deliver_due(seconds=1)
    time.sleep(0.02)
"""


@dataclass
class House:
    """Everything between a commit and a phone, each part of which a test may kill."""

    folder: Path
    redis: OwnRedis
    push: PushProcess
    open: ExitStack
    others: dict[str, OtherProcess] = field(default_factory=dict)
    nodes: list[RunningNode] = field(default_factory=list)

    def start(self, name: str) -> None:
        """Start a part, or another one in its place."""
        if name == "node":
            self.nodes.append(self.open.enter_context(running_node(self.folder)))
        elif name == "redis":
            self.redis.start()
        else:
            script = {"worker": _WORKER, "dispatcher": _DISPATCHER}[name]
            self.others[name] = python_on_the_same_database(script)
            assert self.others[name].line() == "ready"

    def kill(self, name: str) -> None:
        """End a part as ``kill -9`` does."""
        if name == "node":
            self.nodes[-1].kill()
        elif name == "redis":
            assert self.redis.pid is not None
            os.kill(self.redis.pid, signal.SIGKILL)
            self.redis.stop()
        else:
            self.others[name].kill()
        if name == "worker":
            # As if the minute had passed for which it held what it was sending.
            Delivery.objects.exclude(lease_token=None).update(due_at=now())

    def journal(self, what: str) -> Any:
        """Ask the push services what they were sent."""
        with urllib.request.urlopen(f"{self.push.url}/journal{what}") as answer:
            return json.load(answer)


@pytest.fixture
def house(tmp_path: Path, own_redis: OwnRedis, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("REDIS_URL", own_redis.url)
    monkeypatch.setenv("OUTBOUND_ALLOWED_NETWORKS", "127.0.0.0/8")
    with ExitStack() as opened:
        push = opened.enter_context(push_process(tmp_path / "push"))
        house = House(tmp_path, own_redis, push, opened)
        for name in ("dispatcher", "worker", "node"):
            house.start(name)
        yield house
        for process in house.others.values():
            process.kill()


@pytest.fixture
def people(house: House) -> list[User]:
    """A thousand people who follow a topic, each with a device at FCM or APNs."""
    category(channels=[Channel.PUSH, Channel.INBOX])
    users = User.objects.bulk_create(User(email=f"p{n}@example.com") for n in range(PEOPLE))
    TopicSubscription.objects.bulk_create(
        TopicSubscription(user=user, topic="harbour") for user in users
    )
    accounts = [_account(told) for told in house.push.accounts()]
    Registration.objects.bulk_create(
        Registration(
            user=user,
            account=(account := accounts[number % len(accounts)]),
            service=account.service,
            token=f"{number:064x}",
            app_id="app.mainstay.demo" if account.service == PushService.APNS else "",
            registered_at=now(),
        )
        for number, user in enumerate(users)
    )
    return users


@pytest.fixture
def crowd(house: House, people: list[User]) -> Iterator[Crowd]:
    phones = {
        str(user.public_id): Phone(f"user:{user.public_id}", token)
        for user, token in zip(people, _tokens_of(people), strict=True)
    }
    with crowd_of(lambda: house.nodes[-1].ws_url, phones) as crowd:
        assert comes_true(lambda: crowd.connected == PEOPLE)
        yield crowd


@pytest.mark.parametrize("victim", ["dispatcher", "worker", "node", "redis"])
def test_nothing_is_lost_when_a_part_is_killed(house: House, crowd: Crowd, victim: str) -> None:
    for number in range(ROUNDS):
        _say(number)
        if number == ROUNDS // 2:
            assert comes_true(lambda: _accepted() > PEOPLE)
            house.kill(victim)
            house.start(victim)

    assert comes_true(lambda: _accepted() == PEOPLE * ROUNDS), _states()
    assert comes_true(lambda: _items(crowd) == PEOPLE * ROUNDS), _items(crowd)
    repeated = house.journal("/duplicates")["items"]
    # What a worker had sent and could not record is sent again, and takes the place of the first.
    assert not repeated or (victim == "worker" and len(repeated) <= IN_FLIGHT)
    assert all(_replaces_itself(house, push) for push in repeated[:20])
    for phone in crowd.phones.values():
        first = phone.offsets[0]
        assert phone.offsets == list(range(first, first + len(phone.offsets))), "in order, once"
        assert [item["unread"] for item in _items_of(phone)] == list(range(1, ROUNDS + 1))
        assert not phone.unproven


def comes_true(condition: Callable[[], bool]) -> bool:
    """Look now and then: counting ten thousand takes time from those who send them."""
    return wait_until(condition, seconds=IN_TIME, pause=0.2)


def _tokens_of(users: list[User]) -> list[str]:
    """Sign everybody in, with as few statements as can be, for longer than the test may take."""
    sessions = Session.objects.bulk_create(Session(user=user, last_used_at=now()) for user in users)
    return [
        sign_token(
            claims={"sub": str(session.user.public_id), "sid": str(session.public_id)},
            audience=settings.ACCOUNTS_TOKEN_AUDIENCE,
            lifetime=timedelta(hours=1),
        )
        for session in sessions
    ]


def _account(told: dict[str, Any]) -> ProviderAccount:
    create_account(
        name=told["name"],
        service=PushService(told["service"]),
        config=told["config"],
        secret=told["secret"],
    )
    return ProviderAccount.objects.get(name=told["name"])


def _say(number: int) -> None:
    send_notification(
        sender="tests",
        idempotency_key=f"tide-{number}",
        category="news",
        target=Target(kind=TargetKind.TOPIC, name="harbour"),
        texts={"en": Text(title=f"Tide {number}", body="The harbour is closed.")},
    )


def _accepted() -> int:
    return Delivery.objects.filter(channel=Channel.PUSH, state="accepted").count()


def _replaces_itself(house: House, push: dict[str, Any]) -> bool:
    """Tell whether all copies of a push name the same thing to replace on the device."""
    told = house.journal(f"?service={push['service']}&token={push['token']}&limit=100")["items"]
    copies = [each for each in told if each["reference"] == push["reference"]]
    if push["service"] == "apns":
        names = {each["headers"].get("apns-collapse-id") for each in copies}
    else:
        names = {each["payload"]["message"]["android"]["notification"]["tag"] for each in copies}
    return len(copies) > 1 and len(names) == 1 and None not in names


def _states() -> list[tuple[str, str, int]]:
    """Return what became of the pushes, for people."""
    rows = Delivery.objects.values_list("state", "last_reason").annotate(number=Count("id"))
    return list(rows)


def _items(crowd: Crowd) -> int:
    return sum(len(_items_of(phone)) for phone in crowd.phones.values())


def _items_of(phone: Phone) -> list[dict[str, Any]]:
    return [
        said["payload"] for said in phone.heard if said["event"] == "notifications.inbox_item.added"
    ]
