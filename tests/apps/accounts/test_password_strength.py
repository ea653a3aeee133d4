"""Rating a password before it is chosen."""

from typing import Any

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db

URL = "/api/v1/accounts/password-strength/"


def rate(password: object, **more: Any) -> Any:
    return APIClient(REMOTE_ADDR="10.200.0.1").post(URL, {"password": password, **more})


def test_weak_password_is_scored_explained_and_measured_by_the_policy() -> None:
    answer = rate("password")

    assert answer.status_code == 200
    rated = answer.json()
    assert rated["score"] == 0
    assert rated["warning"]
    assert rated["suggestions"]
    assert "password_too_short" in [rule["code"] for rule in rated["broken_rules"]]


def test_strong_password_breaks_no_rule() -> None:
    rated = rate("Quay-Lantern-Copper-7").json()

    assert (rated["score"], rated["broken_rules"]) == (4, [])


def test_password_like_the_address_or_name_is_found_out() -> None:
    rated = rate("Lovelace-Ada-1815", name="Ada Lovelace 1815").json()

    assert [rule["code"] for rule in rated["broken_rules"]] == ["password_too_similar"]
    assert rated["score"] < rate("Lovelace-Ada-1815").json()["score"]


def test_long_password_is_scored_by_its_beginning() -> None:
    assert rate("Aa1-" * 256).status_code == 200


@pytest.mark.parametrize("password", ["", "a" * 1025, None, [], {}, "a\x00b"])
def test_what_is_no_password_is_refused(password: object) -> None:
    assert rate(password).status_code == 400


def test_rating_is_limited_per_client() -> None:
    client = APIClient(REMOTE_ADDR="10.200.0.2")

    statuses = [client.post(URL, {"password": "password"}).status_code for _ in range(61)]

    assert statuses[0] == 200
    assert 429 in statuses
