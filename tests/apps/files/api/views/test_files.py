"""Files over HTTP: what I have, one of them, and how much room they take."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.files.models import File
from apps.files.types import FileState, RenditionState
from tests.apps.files.conftest import Club, told_of
from tests.apps.files.stored import body_of
from tests.factories.files import (
    BlobFactory,
    FileFactory,
    PendingFileFactory,
    RenditionFactory,
    UsageFactory,
)
from tests.people import client_of

pytestmark = pytest.mark.django_db

FILES = "/api/v1/files/"


@pytest.fixture
def client(owner: User) -> APIClient:
    return client_of(owner)


@pytest.fixture
def photo(owner: User) -> File:
    blob = BlobFactory.create(content_type="image/jpeg", width=4000, height=3000)
    RenditionFactory.create(blob=blob, name="600", state=RenditionState.PENDING, width=None)
    RenditionFactory.create(blob=blob, name="300")
    file: File = FileFactory.create(owner=owner, blob=blob, purpose="image", name="Sommer.jpg")
    return file


def ids_in(client: APIClient, **filters: Any) -> list[str]:
    answer = client.get(FILES, filters)
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


def test_my_files_are_listed_newest_first(client: APIClient, owner: User, stranger: User) -> None:
    older, newer = FileFactory.create(owner=owner), PendingFileFactory.create(owner=owner)
    FileFactory.create(owner=stranger)

    assert ids_in(client) == [str(newer.public_id), str(older.public_id)]


def test_a_list_tells_what_each_file_is(client: APIClient, owner: User, photo: File) -> None:
    PendingFileFactory.create(owner=owner)

    pending, clean = client.get(FILES).json()["items"]

    assert (pending["state"], pending["content_type"], pending["width"]) == ("pending", None, None)
    assert (clean["state"], clean["content_type"], clean["width"]) == ("clean", "image/jpeg", 4000)
    assert clean["owner"] == str(owner.public_id)
    assert clean["size_bytes"] == 1000


def test_files_are_found_by_purpose_and_state(client: APIClient, owner: User, photo: File) -> None:
    pending = PendingFileFactory.create(owner=owner)

    assert ids_in(client, purpose="image") == [str(photo.public_id)]
    assert ids_in(client, state="pending") == [str(pending.public_id)]
    assert ids_in(client, state=["clean", "pending"], purpose="avatar") == []


def test_files_of_a_scope_are_for_its_members(
    owner: User, teammate: User, stranger: User, club: Club
) -> None:
    file = FileFactory.create(owner=owner, scope=club.scope)
    FileFactory.create(owner=owner)

    assert ids_in(client_of(teammate), scope=club.scope) == [str(file.public_id)]
    assert ids_in(client_of(teammate)) == []
    assert ids_in(client_of(stranger), scope=club.scope) == []
    club.members.clear()
    assert ids_in(client_of(teammate), scope=club.scope) == []


def test_a_page_leads_to_the_next(client: APIClient, owner: User) -> None:
    files = FileFactory.create_batch(3, owner=owner)

    page = client.get(FILES, {"limit": 2}).json()
    rest = client.get(page["next"]).json()

    shown = [item["id"] for item in (*page["items"], *rest["items"])]
    assert shown == [str(file.public_id) for file in reversed(files)]


def test_a_file_is_shown_with_urls_that_work(client: APIClient, photo: File) -> None:
    full = RenditionFactory.create(blob=photo.blob, name="full", width=4000)

    shown = client.get(f"{FILES}{photo.public_id}/").json()

    names = [each["name"] for each in shown["renditions"]]
    assert names == ["600", "300", "full"]
    unfinished, small, whole = shown["renditions"]
    assert unfinished["url"] is None
    assert "rendition=300.webp" in small["url"]
    assert (whole["size_bytes"], whole["width"]) == (full.size_bytes, 4000)
    assert shown["url_expires_at"] > shown["created_at"]


def test_what_is_not_clean_has_no_urls_and_says_why(client: APIClient, owner: User) -> None:
    file = PendingFileFactory.create(
        owner=owner, state=FileState.REFUSED, reason="It is not a picture."
    )

    shown = client.get(f"{FILES}{file.public_id}/").json()

    assert (shown["url"], shown["renditions"]) == (None, [])
    assert (shown["state"], shown["reason"]) == ("refused", "It is not a picture.")


def test_a_member_reads_what_a_stranger_does_not_find(
    owner: User, teammate: User, stranger: User, club: Club
) -> None:
    path = f"{FILES}{FileFactory.create(owner=owner, scope=club.scope).public_id}/"

    assert client_of(teammate).get(path).status_code == 200
    assert client_of(stranger).get(path).status_code == 404
    assert client_of(None).get(path).status_code == 401


def test_its_owner_deletes_a_file_and_a_member_may_not(
    client: APIClient, owner: User, teammate: User, club: Club
) -> None:
    file = FileFactory.create(owner=owner, scope=club.scope)
    path = f"{FILES}{file.public_id}/"

    assert client_of(teammate).delete(path).status_code == 403
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    assert [event.payload["cause"] for event in told_of(file.public_id)] == ["owner"]


def test_a_url_is_signed_for_who_asks(client: APIClient, photo: File) -> None:
    path = f"{FILES}{photo.public_id}/url/"

    answer = client.post(path, {"rendition": "300", "disposition": "attachment", "seconds": 60})

    assert answer.status_code == 201
    told = answer.json()
    assert (told["disposition"], told["content_type"]) == ("attachment", "image/webp")
    assert "&disposition=attachment&" in told["url"]


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        (FileState.PENDING, 409, "files.not_ready"),
        (FileState.ERROR, 409, "files.not_ready"),
        (FileState.INFECTED, 403, "files.not_served"),
        (FileState.REFUSED, 403, "files.not_served"),
    ],
)
def test_only_what_is_clean_is_signed(
    state: FileState, status: int, code: str, client: APIClient, owner: User
) -> None:
    file = PendingFileFactory.create(owner=owner, state=state)

    for answer in (
        client.post(f"{FILES}{file.public_id}/url/", {}),
        client.get(f"{FILES}{file.public_id}/content"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert b"infected" not in body_of(answer)


@pytest.mark.parametrize(
    "wish", [{"seconds": 0}, {"seconds": 604801}, {"disposition": "here"}, {"rendition": "x" * 32}]
)
def test_impossible_urls_are_refused(wish: dict[str, Any], client: APIClient, photo: File) -> None:
    assert client.post(f"{FILES}{photo.public_id}/url/", wish).status_code == 400


def test_a_form_is_no_wish_for_a_url(client: APIClient, photo: File) -> None:
    form = "multipart/form-data; boundary=edge"

    answer = client.post(f"{FILES}{photo.public_id}/url/", b"--edge--\r\n", content_type=form)

    assert answer.status_code == 415


def test_room_is_told(client: APIClient, owner: User) -> None:
    UsageFactory.create(user=owner, used_bytes=5)

    assert client.get(f"{FILES}usage/").json() == {
        "tier": "free",
        "used_bytes": 5,
        "limit_bytes": 1024**3,
    }
