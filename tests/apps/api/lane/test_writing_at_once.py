"""One effect in the lane too, however many requests come at once, and whatever dies in between."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import orjson
import pytest
from django.db import connection

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.api.lane import writing
from apps.api.models import IdempotentAnswer
from apps.buildings.models import Building
from devstack.waiting import wait_until
from tests.abuse.wire import Answer, Sent, send
from tests.apps.api.lane.conftest import Ways
from tests.processes import python_on_the_same_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("config.urls")]

PARALLEL = 20
HOUSE = {"name": "Harbour House"}

# Asks as a phone does, through the server's application, and says where it is.
PHONE = """
import sys
from unittest import mock
from apps.api import kept_answers
from tests.apps.api.lane.test_writing_at_once import create
from tests.abuse.wire import send

token = sys.stdin.readline().strip()
"""
DIES_BEFORE_THE_COMMIT = """
keep = kept_answers.keep
def kept_and_waiting(*args, **options):
    keep(*args, **options)
    say("done, not committed")
    sys.stdin.readline()

with mock.patch("apps.api.kept_answers.keep", kept_and_waiting):
    send(create(token))
"""
DIES_BEFORE_THE_ANSWER = """
say(send(create(token)).status)
sys.stdin.readline()
"""


def create(token: str) -> Sent:
    """Return a create that the lane takes, always under the same key."""
    headers = [
        ("Authorization", f"Bearer {token}"),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "k1"),
    ]
    return Sent(
        method="POST", target="/api/v2/buildings/", headers=headers, body=orjson.dumps(HOUSE)
    )


def nobody_is_within_a_transaction() -> bool:
    """Tell whether PostgreSQL has noticed that the other connections' clients are gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND state = 'idle in transaction'"
        )
        found: tuple[int] = cursor.fetchone()
    return found == (0,)


def test_many_at_once_have_one_effect(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    in_lane: list[object] = []
    created = writing._created

    def noted(*args: Any, **kwargs: Any) -> bytes:
        in_lane.append(args)
        return created(*args, **kwargs)

    monkeypatch.setattr(writing, "_created", noted)
    at_once = Barrier(PARALLEL)
    token = sign_in_as(owner.pk).access_token

    def ask(_: int) -> Answer:
        try:
            at_once.wait()
            return send(create(token))
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(ask, range(PARALLEL)))

    assert Building.objects.count() == IdempotentAnswer.objects.count() == 1
    done = [each for each in answers if each.status == 201]
    assert len([each for each in done if "idempotency-replayed" not in each.headers]) == 1
    assert len({each.body for each in done}) == 1
    assert {each.status for each in answers} <= {201, 409}
    assert len(in_lane) == PARALLEL


def test_request_that_died_before_its_commit_is_carried_out_by_the_next(
    owner: User, ways: Ways
) -> None:
    token = sign_in_as(owner.pk).access_token
    phone = python_on_the_same_database(PHONE + DIES_BEFORE_THE_COMMIT)
    phone.tell(token)
    assert phone.line() == "done, not committed"
    assert ways.lane(create(token)).status == 409

    phone.kill()
    assert wait_until(nobody_is_within_a_transaction, seconds=30, pause=0.1)

    assert (ways.lane(create(token)).status, ways.was_short) == (201, True)
    assert Building.objects.count() == IdempotentAnswer.objects.count() == 1


def test_request_that_died_before_its_answer_is_answered_by_the_next(
    owner: User, ways: Ways
) -> None:
    token = sign_in_as(owner.pk).access_token
    phone = python_on_the_same_database(PHONE + DIES_BEFORE_THE_ANSWER)
    phone.tell(token)
    assert phone.line() == "201"
    phone.kill()

    again: Any = ways.lane(create(token))

    assert (again.status, again.headers["idempotency-replayed"]) == (201, "true")
    assert again.document["id"] == str(Building.objects.get().public_id)
