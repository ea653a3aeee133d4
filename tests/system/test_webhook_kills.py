"""Nothing is lost: dispatcher, worker and Redis are killed at every step between write and POST."""

import asyncio
import base64
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from django.db import connection
from standardwebhooks import Webhook

from apps.accounts.models import User
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.selectors import secret_of
from apps.webhooks.services import rotate_secret, update_endpoint
from devstack.waiting import wait_until
from tests.factories.accounts import UserFactory
from tests.factories.webhooks import EndpointFactory
from tests.hostile_server import HostileServer, Request, answering, hostile_server
from tests.own_redis import OwnRedis, own_redis
from tests.processes import OtherProcess, database_url
from tests.system.webhook_processes import (
    begin_at_the_end_of_the_log,
    post,
    start_dispatcher,
    start_worker,
)

__all__ = ["own_redis"]

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]

IN_TIME = 120


class Partner:
    """A receiver that verifies and counts, and may be told what to do at a request."""

    def __init__(self, server: HostileServer) -> None:
        self.url = server.url
        self.at_request: Callable[[Request], bool] = lambda _: True
        self.taken: Counter[str] = Counter()
        self.server = server
        server.behave = self._behave

    async def _behave(self, request: Request, writer: asyncio.StreamWriter) -> None:
        if not await asyncio.to_thread(self.at_request, request):
            writer.transport.abort()
            return
        self.taken[request.headers["webhook-id"]] += 1
        await answering(200)(request, writer)


@pytest.fixture
def owner() -> User:
    """Whose endpoint it is; the log is heard from now on."""
    begin_at_the_end_of_the_log()
    return UserFactory.create()


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    monkeypatch.setenv("OUTBOUND_ALLOWED_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("WEBHOOKS_RETRY_SECONDS", "1,1,1,1,1")
    with hostile_server() as server:
        yield Partner(server)


@pytest.fixture
def endpoint(owner: User, partner: Partner) -> Endpoint:
    return EndpointFactory.create(owner=owner, url=partner.url, event_types=["tests.parcel.posted"])


def test_write_whose_dispatcher_is_killed_arrives(
    owner: User, endpoint: Endpoint, partner: Partner
) -> None:
    dispatcher, worker = start_dispatcher(), start_worker()

    posted = post(owner, *range(50))
    dispatcher.kill()
    posted |= post(owner, *range(50, 100))
    dispatcher = start_dispatcher()

    _assert_all_arrive(partner, posted)
    _end(dispatcher, worker)


def test_claim_whose_worker_is_killed_before_the_post_arrives(
    owner: User, endpoint: Endpoint, partner: Partner
) -> None:
    """Twenty are in flight per host; of a second endpoint there, claimed ones wait unsent."""
    EndpointFactory.create(owner=owner, url=partner.url, event_types=["tests.parcel.posted"])
    is_worker_dead = threading.Event()
    partner.at_request = lambda _: not is_worker_dead.wait(IN_TIME)
    dispatcher, worker = start_dispatcher(), start_worker()
    posted = post(owner, *range(30))

    assert wait_until(lambda: _leased() >= 40, seconds=IN_TIME)
    assert len(partner.server.requests) <= 20
    worker.kill()
    is_worker_dead.set()
    partner.at_request = lambda _: True
    worker = start_worker()

    _assert_all_arrive(partner, posted, times=2)
    _end(dispatcher, worker)


def test_post_whose_worker_is_killed_before_the_answer_arrives_again_under_its_id(
    owner: User, endpoint: Endpoint, partner: Partner
) -> None:
    arrived, may_answer = threading.Event(), threading.Event()

    def hold(_: Request) -> bool:
        arrived.set()
        return may_answer.wait(IN_TIME)

    partner.at_request = hold
    dispatcher, worker = start_dispatcher(), start_worker()
    posted = post(owner, *range(10))

    assert arrived.wait(IN_TIME)
    worker.kill()
    may_answer.set()
    worker = start_worker()

    _assert_all_arrive(partner, posted)
    assert partner.taken.total() > len(posted), "what was taken but not recorded comes again"
    _end(dispatcher, worker)


def test_answer_whose_worker_is_killed_before_the_record_arrives_again_under_its_id(
    owner: User, endpoint: Endpoint, partner: Partner
) -> None:
    worker = start_worker()

    def freeze(_: Request) -> bool:
        worker.freeze()
        return True

    partner.at_request = freeze
    dispatcher = start_dispatcher()
    posted = post(owner, *range(10))

    assert wait_until(lambda: partner.taken.total() > 0, seconds=IN_TIME)
    worker.kill()
    partner.at_request = lambda _: True
    assert not Delivery.objects.filter(state="succeeded").exists()
    worker = start_worker()

    _assert_all_arrive(partner, posted)
    assert partner.taken.total() > len(posted), "what was taken but not recorded comes again"
    _end(dispatcher, worker)


def test_kills_at_any_moment_lose_nothing(
    owner: User, endpoint: Endpoint, partner: Partner
) -> None:
    """Four writers, while dispatchers and workers die at random moments under their hands."""
    chance = random.Random(36)
    is_over = threading.Event()
    running = {start: start() for start in (start_worker, start_dispatcher)}
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(_write_on, owner, number, is_over) for number in range(4)]
        for start in (start_worker, start_dispatcher) * 6:
            sleep(chance.random() * 0.5)
            running[start].kill()
            running[start] = start()
        is_over.set()
        posted = set[str]().union(*(writer.result(IN_TIME) for writer in writers))

    assert len(posted) > 400
    _assert_all_arrive(partner, posted)
    _end(*running.values())


def test_writes_while_redis_and_worker_are_dead_arrive(
    owner: User, endpoint: Endpoint, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    dispatcher = start_dispatcher()

    posted = post(owner, *range(100))
    assert wait_until(lambda: Delivery.objects.count() == 100, seconds=IN_TIME)
    worker = start_worker()

    _assert_all_arrive(partner, posted)
    _end(dispatcher, worker)


def test_celery_worker_and_redis_are_killed_and_come_back(
    owner: User,
    endpoint: Endpoint,
    partner: Partner,
    own_redis: OwnRedis,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("REDIS_URL", own_redis.url)
    monkeypatch.setenv("REDIS_PATIENCE", "1")
    dispatcher = start_dispatcher()
    celery = _celery(tmp_path)

    posted = post(owner, *range(20))
    _assert_all_arrive(partner, posted)
    os.killpg(celery.pid, signal.SIGKILL)
    celery.wait()
    own_redis.freeze()
    posted |= post(owner, *range(20, 40))
    assert wait_until(lambda: Delivery.objects.count() == 40, seconds=IN_TIME)
    own_redis.thaw()
    celery = _celery(tmp_path)

    _assert_all_arrive(partner, posted)
    os.killpg(celery.pid, signal.SIGKILL)
    celery.wait()
    _end(dispatcher)


def test_reference_libraries_of_two_languages_verify_what_arrives(
    owner: User, endpoint: Endpoint, partner: Partner
) -> None:
    """With either of two living secrets, beside a signature that neither library knows."""
    former = secret_of(endpoint_id=endpoint.public_id)
    new = rotate_secret(endpoint_id=endpoint.public_id, grace=timedelta(days=1))
    update_endpoint(endpoint_id=endpoint.public_id, has_asymmetric_signature=True)
    begin_at_the_end_of_the_log()
    dispatcher, worker = start_dispatcher(), start_worker()
    posted = post(owner, *range(20))
    _assert_all_arrive(partner, posted)
    _end(dispatcher, worker)
    requests = partner.server.requests
    tampered = Request(
        method="POST",
        path="/hook",
        headers=requests[0].headers,
        body=requests[0].body.replace(b"0", b"1"),
    )

    for secret in (former, new):
        for request in requests:
            Webhook(secret).verify(request.body, request.headers)
        verdicts = _verdicts_of_node(secret, [*requests, tampered])
        assert verdicts == ["valid"] * len(requests) + ["WebhookVerificationError"]
    assert all("v1a," in request.headers["webhook-signature"] for request in requests)


def _write_on(owner: User, number: int, is_over: threading.Event) -> set[str]:
    posted: set[str] = set()
    while not is_over.wait(0.1):
        posted |= post(owner, *[number] * random.randint(1, 3))
    connection.close()
    return posted


def _assert_all_arrive(partner: Partner, posted: set[str], *, times: int = 1) -> None:
    """Every event arrives, nothing else does, and every delivery is known to have succeeded."""
    is_complete = wait_until(
        lambda: _succeeded() == len(posted) * times, seconds=IN_TIME, pause=0.1
    )
    assert set(partner.taken) == posted
    assert is_complete, list(Delivery.objects.values_list("state", "last_reason").distinct())
    assert all(taken >= times for taken in partner.taken.values())


def _succeeded() -> int:
    return Delivery.objects.filter(state="succeeded").count()


def _leased() -> int:
    return Delivery.objects.exclude(lease_token=None).count()


def _end(*processes: OtherProcess) -> None:
    for process in processes:
        process.kill()


def _celery(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a real worker with the beat in it, in a process group of its own."""
    options = ["--beat", "--schedule", str(folder / "beat"), "--concurrency", "2"]
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config.celery", "worker", *options],
        env={**os.environ, "DATABASE_URL": database_url()},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _verdicts_of_node(secret: str, requests: list[Request]) -> list[str]:
    node = shutil.which("node")
    assert node, "make test-system installs it"
    lines = "".join(
        json.dumps(
            {
                "secret": secret,
                "body": base64.b64encode(request.body).decode(),
                "headers": request.headers,
            }
        )
        + "\n"
        for request in requests
    )
    verifier = Path(__file__).parent / "verify_webhooks.js"
    found = subprocess.run(
        [node, str(verifier)], input=lines, capture_output=True, text=True, check=True
    )
    return found.stdout.split()
