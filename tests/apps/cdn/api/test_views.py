"""Purges over HTTP: for who may purge, and for nobody else; written down with who asked."""

from typing import Any

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.cdn.models import Purge
from apps.events.models import LogEntry
from tests.apps.cdn.scenes import let_purge
from tests.people import client_of

pytestmark = pytest.mark.django_db

PATH = "/api/v1/cdn/purges/"
BODY: dict[str, Any] = {"target": "urls", "subjects": ["/a"], "reason": "Wrong house."}


@pytest.fixture(autouse=True)
def with_cdn(settings: Settings) -> None:
    settings.CDN_PROVIDER, settings.CDN_BASE_URL = "http", "https://cdn.example.com"


@pytest.fixture
def operator(owner: User) -> User:
    let_purge(owner)
    return owner


def test_purge_is_asked_for_and_told_who_did(operator: User) -> None:
    client = client_of(operator)

    made = client.post(PATH, BODY, format="json")

    assert made.status_code == 201
    told = made.json()
    assert told["subjects"] == ["https://cdn.example.com/a"]
    assert (told["state"], told["reason"]) == ("pending", "Wrong house.")
    assert str(operator.public_id) in told["requested_by"]
    assert client.get(f"{PATH}{told['id']}/").json() == told
    assert [each["id"] for each in client.get(PATH).json()["items"]] == [told["id"]]
    event = LogEntry.objects.get(topic="cdn.purge.requested")
    assert str(operator.public_id) in event.actor


def test_who_may_not_purge_is_refused(stranger: User) -> None:
    client = client_of(stranger)

    assert client.post(PATH, BODY, format="json").status_code == 403
    assert client.get(PATH).status_code == 403
    assert not Purge.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subjects": []}, "kernel.invalid"),
        ({"target": "everything"}, "kernel.invalid"),
        ({"target": "tags", "subjects": ["a b"]}, "cdn.unusable_tag"),
        ({"subjects": ["https://evil.example/"]}, "cdn.foreign_url"),
        ({"subjects": ["/a"] * 101}, "kernel.invalid"),
        ({"reason": ""}, "kernel.invalid"),
    ],
)
def test_purge_that_makes_no_sense_is_refused(
    operator: User, changes: dict[str, Any], code: str
) -> None:
    refused = client_of(operator).post(PATH, BODY | changes, format="json")

    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert not Purge.objects.exists()


def test_without_a_cdn_there_is_nothing_to_purge(operator: User, settings: Settings) -> None:
    settings.CDN_PROVIDER = ""

    refused = client_of(operator).post(PATH, BODY, format="json")

    assert (refused.status_code, refused.json()["code"]) == (409, "cdn.no_cdn")
