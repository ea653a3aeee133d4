"""One effect, however many requests come at once, and whatever dies in between."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.api.models import IdempotentAnswer
from apps.buildings.models import Building
from apps.events.models import LogEntry
from devstack.waiting import wait_until
from tests.people import client_of
from tests.processes import python_on_the_same_database

pytestmark = pytest.mark.django_db(transaction=True)

BUILDINGS = "/api/v1/buildings/"
PARALLEL = 20

# Asks as a phone does, and says where it is before it would go on.
PHONE = """
import sys
from unittest import mock
from rest_framework.test import APIClient
from apps.api import kept_answers

client = APIClient()
client.credentials(HTTP_AUTHORIZATION="Bearer " + sys.stdin.readline().strip())

def post():
    return client.post(
        "/api/v1/buildings/", {"name": "Harbour House"}, headers={"Idempotency-Key": "k1"}
    )
"""
DIES_BEFORE_THE_COMMIT = """
keep = kept_answers.keep
def kept_and_waiting(*args, **options):
    keep(*args, **options)
    say("done, not committed")
    sys.stdin.readline()

with mock.patch("apps.api.kept_answers.keep", kept_and_waiting):
    post()
"""
DIES_BEFORE_THE_ANSWER = """
say(post().status_code)
sys.stdin.readline()
"""


def post(owner: User, name: str = "Harbour House", key: str = "k1") -> Any:
    return client_of(owner).post(BUILDINGS, {"name": name}, headers={"Idempotency-Key": key})


def test_many_at_once_have_one_effect(owner: User) -> None:
    at_once = Barrier(PARALLEL)
    clients = [client_of(owner) for _ in range(PARALLEL)]

    def ask(number: int) -> Any:
        try:
            at_once.wait()
            headers = {"Idempotency-Key": "k1"}
            return clients[number].post(BUILDINGS, {"name": "Harbour House"}, headers=headers)
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(ask, range(PARALLEL)))

    house = Building.objects.get()
    created = LogEntry.objects.filter(topic="buildings.building.created")
    # The log is not emptied between tests.
    assert created.filter(actor=str(owner.public_id)).count() == 1
    carried_out = [a for a in answers if a.status_code == 201 and "Idempotency-Replayed" not in a]
    assert len(carried_out) == 1
    for answer in answers:
        if answer.status_code == 201:
            assert answer.content == carried_out[0].content
        else:
            assert (answer.status_code, answer["Retry-After"]) == (409, "1")
            assert answer.json()["code"] == "api.idempotency_key_in_use"
    assert post(owner).json()["id"] == str(house.public_id)


def test_request_that_died_before_its_commit_is_carried_out_by_the_next(owner: User) -> None:
    phone = python_on_the_same_database(PHONE + DIES_BEFORE_THE_COMMIT)
    phone.tell(sign_in_as(owner.pk).access_token)
    assert phone.line() == "done, not committed"
    assert post(owner).status_code == 409

    phone.kill()
    again = _as_soon_as_the_server_noticed(owner)

    assert "Idempotency-Replayed" not in again
    assert Building.objects.count() == IdempotentAnswer.objects.count() == 1


def test_request_that_died_before_its_answer_is_answered_by_the_next(owner: User) -> None:
    phone = python_on_the_same_database(PHONE + DIES_BEFORE_THE_ANSWER)
    phone.tell(sign_in_as(owner.pk).access_token)
    assert phone.line() == "201"
    phone.kill()

    again = post(owner)

    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert again.json()["id"] == str(Building.objects.get().public_id)


def _as_soon_as_the_server_noticed(owner: User) -> Any:
    """Do as Retry-After says: PostgreSQL ends the transaction of a dead client in a moment."""
    answers: list[Any] = []

    def is_carried_out() -> bool:
        answers.append(post(owner))
        return bool(answers[-1].status_code != 409)

    assert wait_until(is_carried_out, seconds=30, pause=0.1)
    return answers[-1]
