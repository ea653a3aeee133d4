"""Where a storage has URLs of its own, a download leads there: to one file, for some minutes."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.files.models import File
from tests.apps.files.storages import servers
from tests.apps.files.storages.test_signed_urls import OVER, Answer, an_hour_ago
from tests.apps.files.stored import stored_file
from tests.people import client_of

pytestmark = pytest.mark.django_db

WHOLE = bytes(range(256)) * 4


@pytest.fixture
def client(owner: User) -> APIClient:
    return client_of(owner)


def kept_by(name: str, request: pytest.FixtureRequest, settings: Settings, owner: User) -> File:
    made = servers.azure_storage if name == "azurite" else servers.s3_storage
    made(settings, request.getfixturevalue(name))
    return stored_file(WHOLE, owner=owner, name="Größe.pdf")


@pytest.fixture(params=["moto", "rclone", servers.AZURITE])
def file(request: pytest.FixtureRequest, settings: Settings, owner: User) -> File:
    """A document in each storage that has URLs."""
    return kept_by(request.param, request, settings, owner)


@pytest.fixture(params=["rclone", servers.AZURITE])
def guarded(request: pytest.FixtureRequest, settings: Settings, owner: User) -> File:
    """A document in each storage whose server checks signatures and their expiry."""
    return kept_by(request.param, request, settings, owner)


def redirected(client: APIClient, file: File) -> str:
    """Return where a download leads."""
    answer = client.get(f"/api/v1/files/{file.public_id}/content")
    assert answer.status_code == 302, answer.content
    location: str = answer.headers["Location"]
    return location


def test_download_leads_to_the_bytes_with_type_and_name(client: APIClient, file: File) -> None:
    answer = Answer("GET", redirected(client, file))

    assert (answer.status, answer.body) == (200, WHOLE)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Gr__e.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"
    )


def test_piece_of_a_download_is_given_there(client: APIClient, file: File) -> None:
    answer = Answer("GET", redirected(client, file), Range="bytes=10-19")

    # rclone says 200.
    assert answer.status in {200, 206}
    assert answer.body == WHOLE[10:20]


def test_signed_url_leads_there_too_and_needs_no_account(client: APIClient, file: File) -> None:
    url = client.post(f"/api/v1/files/{file.public_id}/url/").json()["url"]

    answer = APIClient().get(url)

    assert answer.status_code == 302
    assert Answer("GET", answer.headers["Location"]).body == WHOLE


@pytest.mark.parametrize(
    ("told", "other"),
    [("pdf", "html"), ("attachment", "inline"), ("content/", "quarantine/")],
    ids=["another type", "another disposition", "another object"],
)
def test_address_that_was_changed_is_refused(
    client: APIClient, guarded: File, told: str, other: str
) -> None:
    location = redirected(client, guarded)
    assert told in location

    assert Answer("GET", location.replace(told, other)).status == 403


def test_address_is_refused_once_its_time_is_over(owner: User, guarded: File) -> None:
    with an_hour_ago():
        over = redirected(client_of(owner), guarded)

    answer = Answer("GET", over)

    assert answer.status in OVER
    assert WHOLE not in answer.body


def test_address_without_its_signature_is_refused(client: APIClient, guarded: File) -> None:
    answer = Answer("GET", redirected(client, guarded).partition("?")[0])

    assert 400 <= answer.status < 500
    assert WHOLE not in answer.body
