"""How often one client may ask."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.api.throttles import Rate, is_within
from tests.apps.api.sample import Problem

ECHO = "/api/v1/sample/echo/"
SCOPED = "/api/v1/sample/scoped/"
PEOPLE = "/api/v1/sample/people/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Stand still within a window."""
    with time_machine.travel("2026-11-21T09:30:15Z", tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def few_requests(settings: Settings) -> None:
    """Let everybody ask three times a minute."""
    rates = {"user": "3/min", "anonymous": "3/min", "auth": "2/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


def test_a_stranger_is_refused_beyond_the_limit(client: APIClient, problem: Problem) -> None:
    answers = [client.get(ECHO) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    problem(answers[-1], status=429, code="api.throttled")
    assert answers[-1]["Retry-After"] == "45"


def test_the_next_window_is_a_new_start(client: APIClient, clock: time_machine.Traveller) -> None:
    for _ in range(4):
        client.get(ECHO)
    clock.shift(45)

    assert client.get(ECHO).status_code == 200


def test_users_are_counted_each(client: APIClient, owner: User, stranger: User) -> None:
    client.force_authenticate(owner)
    statuses = [client.get(ECHO).status_code for _ in range(4)]
    client.force_authenticate(stranger)

    assert statuses[-1] == 429
    assert client.get(ECHO).status_code == 200


def test_a_forged_address_counts_for_the_same_client(client: APIClient) -> None:
    statuses = [
        client.get(
            ECHO,
            headers={"x-forwarded-for": f"203.0.113.{number}", "x-real-ip": f"203.0.113.{number}"},
        ).status_code
        for number in range(4)
    ]

    assert statuses[-1] == 429


def test_a_forged_address_before_the_trusted_one_counts_for_the_same_client(
    client: APIClient, settings: Settings
) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    statuses = [
        client.get(ECHO, headers={"x-forwarded-for": f"forged-{number}, 203.0.113.9"}).status_code
        for number in range(4)
    ]

    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("peers", "status"),
    [
        (["2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::f", "2001:db8:1:2::2"], 429),
        (["2001:db8:1:2::1", "2001:db8:1:3::1", "2001:db8:1:4::1", "2001:db8:1:5::1"], 200),
        (["::ffff:203.0.113.9", "203.0.113.9", "203.0.113.9", "::ffff:203.0.113.9"], 429),
    ],
)
def test_of_ipv6_one_client_has_a_network(client: APIClient, peers: list[str], status: int) -> None:
    statuses = [client.get(ECHO, REMOTE_ADDR=peer).status_code for peer in peers]

    assert statuses[-1] == status


def test_refused_requests_are_counted_too(client: APIClient) -> None:
    statuses = [client.get(PEOPLE).status_code for _ in range(4)]

    assert statuses == [401, 401, 401, 429]


def test_guessing_tokens_is_limited(client: APIClient, db: None) -> None:
    client.credentials(HTTP_AUTHORIZATION="Bearer guessed")
    statuses = [client.get(PEOPLE).status_code for _ in range(4)]

    assert statuses == [401, 401, 401, 429]


def test_a_scope_has_its_own_limit(client: APIClient) -> None:
    client.get(ECHO)
    statuses = [client.get(SCOPED).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_a_rate_of_none_is_no_limit(client: APIClient, settings: Settings) -> None:
    rates = {"user": None, "anonymous": None, "auth": None}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    assert {client.get(SCOPED).status_code for _ in range(10)} == {200}


def test_limits_hold_in_each_process_while_redis_is_down(
    client: APIClient, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert [client.get(ECHO).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_request_that_goes_two_ways_is_counted_once() -> None:
    environ: dict[str, Any] = {}
    rate = Rate(requests=1, seconds=60)

    answers = [is_within(rate, scope="user", client="user:1", environ=environ) for _ in range(3)]

    assert answers == [True, True, True]
    assert not is_within(rate, scope="user", client="user:1", environ={})
