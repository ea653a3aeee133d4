"""The bytes of a file: by a signed URL or by an access token, whole or in part."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import StreamingHttpResponse
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.files import services
from apps.files.models import File
from apps.files.ports import purposes
from apps.files.storages.local import LocalStorage
from apps.files.types import FileState, Purpose
from tests.apps.files.conftest import Club
from tests.apps.files.stored import body_of, stored_blob, stored_file, stored_rendition
from tests.factories.files import FileFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db

WHOLE = bytes(range(256)) * 4
SHOWN = Purpose(name="shown", title="Shown", kinds=(), limit_bytes=1, inline=True)


@pytest.fixture
def file(owner: User) -> File:
    return stored_file(WHOLE, owner=owner, name="Größe.pdf")


@pytest.fixture
def client(owner: User) -> APIClient:
    return client_of(owner)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> str:
    """A purpose whose files a browser may show in place."""
    monkeypatch.setitem(purposes._entries, SHOWN.name, SHOWN)
    return SHOWN.name


def content_of(file: File) -> str:
    return f"/api/v1/files/{file.public_id}/content"


def signed(client: APIClient, file: File, **wish: Any) -> str:
    answer = client.post(f"/api/v1/files/{file.public_id}/url/", wish)
    assert answer.status_code == 201, answer.content
    parts = urlsplit(answer.json()["url"])
    return f"{parts.path}?{parts.query}"


def test_bytes_are_given_whole_and_harmless(client: APIClient, file: File) -> None:
    answer = client.get(content_of(file), headers={"Accept": "image/webp,*/*;q=0.8"})

    assert (answer.status_code, body_of(answer)) == (200, WHOLE)
    assert file.blob is not None
    told = {
        "Content-Type": "application/pdf",
        "Content-Length": "1024",
        "Content-Disposition": 'attachment; filename="Gr__e.pdf"; '
        "filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf",
        "ETag": f'"{file.blob.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "CDN-Cache-Control": "no-store",
        "Vary": "Authorization, Cookie",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    assert {name: answer.headers.get(name) for name in told} == told


def test_head_tells_the_same_without_bytes(client: APIClient, file: File) -> None:
    whole = client.get(content_of(file))
    head = client.head(content_of(file), headers={"Range": "bytes=0-1"})

    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Accept-Ranges", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("asked", "told", "piece"),
    [
        ("bytes=0-9", "bytes 0-9/1024", WHOLE[:10]),
        ("bytes=1000-", "bytes 1000-1023/1024", WHOLE[1000:]),
        ("bytes=-4", "bytes 1020-1023/1024", WHOLE[-4:]),
        ("bytes=1023-5000", "bytes 1023-1023/1024", WHOLE[-1:]),
    ],
)
def test_a_piece_is_given(
    asked: str, told: str, piece: bytes, client: APIClient, file: File
) -> None:
    answer = client.get(content_of(file), headers={"Range": asked})

    assert (answer.status_code, body_of(answer)) == (206, piece)
    assert answer.headers["Content-Range"] == told
    assert answer.headers["Content-Length"] == str(len(piece))
    assert "multipart" not in answer.headers["Content-Type"]


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9-1", "lines=0-1", "bytes=x"])
def test_of_several_pieces_or_a_malformed_wish_the_whole_is_given(
    asked: str, client: APIClient, file: File
) -> None:
    answer = client.get(content_of(file), headers={"Range": asked})

    assert (answer.status_code, body_of(answer)) == (200, WHOLE)
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=-0", "bytes=2000-,3000-"])
def test_what_lies_behind_the_end_is_refused(asked: str, client: APIClient, file: File) -> None:
    answer = client.get(content_of(file), headers={"Range": asked})

    assert (answer.status_code, answer.json()["code"]) == (416, "files.range_not_satisfiable")
    assert answer.headers["Content-Range"] == "bytes */1024"


def test_a_piece_is_given_only_of_what_the_client_has(client: APIClient, file: File) -> None:
    etag = client.get(content_of(file)).headers["ETag"]

    def status(if_range: str) -> int:
        asked = {"Range": "bytes=0-9", "If-Range": if_range}
        return client.get(content_of(file), headers=asked).status_code

    assert status(etag) == 206
    assert status(f"W/{etag}") == 200
    assert status('"other"') == 200
    assert status("Sun, 22 Nov 2026 12:00:00 GMT") == 200


def test_who_has_the_bytes_is_not_given_them_again(client: APIClient, file: File) -> None:
    etag = client.get(content_of(file)).headers["ETag"]

    for tags in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = client.get(content_of(file), headers={"If-None-Match": tags})
        assert (answer.status_code, body_of(answer)) == (304, b"")
        assert answer.headers["ETag"]
    assert client.get(content_of(file), headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_signed_url_gives_bytes_to_whoever_has_it(client: APIClient, file: File) -> None:
    answer = client_of(None).get(signed(client, file))

    assert (answer.status_code, body_of(answer)) == (200, WHOLE)


def test_a_url_of_somebody_else_is_refused(client: APIClient, file: File, stranger: User) -> None:
    url = signed(client, file)

    assert client.get(url).status_code == 200
    answer = client_of(stranger).get(url)
    assert (answer.status_code, answer.json()["code"]) == (403, "files.bad_signature")


def test_a_changed_url_is_refused(client: APIClient, file: File) -> None:
    url = signed(client, file, disposition="inline")

    answer = client_of(None).get(url.replace("disposition=inline", "disposition=attachment"))

    assert (answer.status_code, answer.json()["code"]) == (403, "files.bad_signature")


def test_a_url_dies_with_its_file(client: APIClient, file: File) -> None:
    url = signed(client, file)
    services.delete_file(file.public_id, cause="owner")

    assert client_of(None).get(url).status_code == 404


def test_a_url_gives_nothing_that_is_clean_no_more(client: APIClient, file: File) -> None:
    url = signed(client, file)
    File.objects.update(state=FileState.INFECTED)

    answer = client_of(None).get(url)

    assert (answer.status_code, answer.json()["code"]) == (403, "files.not_served")


def test_a_url_ends_with_the_membership_it_was_made_by(
    file: File, teammate: User, club: Club
) -> None:
    File.objects.update(scope=club.scope)
    url = signed(client_of(teammate), file)
    assert client_of(None).get(url).status_code == 200
    club.members.clear()

    assert client_of(None).get(url).status_code == 404


def test_a_url_ends_with_the_account_it_was_made_by(
    client: APIClient, file: File, owner: User
) -> None:
    url = signed(client, file)
    owner.is_active = False
    owner.save()

    assert client_of(None).get(url).status_code == 403


def test_a_stranger_is_refused(file: File, stranger: User) -> None:
    assert client_of(None).get(content_of(file)).status_code == 401
    assert client_of(stranger).get(content_of(file)).status_code == 404
    assert client_of(None).get(f"{content_of(file)}?signature=x").status_code == 403


def test_a_photo_is_given_without_what_its_camera_knew(client: APIClient, owner: User) -> None:
    blob = stored_blob(b"a photo with its place", content_type="image/jpeg")
    stored_rendition(blob, b"a photo", name="full", format="jpeg")
    photo = FileFactory.create(owner=owner, blob=blob, name="Sommer.HEIC")

    for path in (content_of(photo), signed(client, photo), f"{content_of(photo)}?rendition=full"):
        answer = client.get(path)
        assert (answer.status_code, body_of(answer)) == (200, b"a photo")
        assert 'filename="Sommer.jpeg"' in answer.headers["Content-Disposition"]


def test_only_what_type_and_purpose_allow_is_shown_in_place(
    client: APIClient, owner: User, shown: str
) -> None:
    pdf = stored_file(b"%PDF", owner=owner, purpose=shown)
    html = FileFactory.create(
        owner=owner, purpose=shown, blob=stored_blob(b"<script>", content_type="text/html")
    )

    def disposition(path: str) -> str:
        return client.get(path).headers["Content-Disposition"].partition(";")[0]

    assert disposition(content_of(pdf)) == "inline"
    assert disposition(f"{content_of(pdf)}?disposition=attachment") == "attachment"
    assert disposition(signed(client, pdf, disposition="attachment")) == "attachment"
    assert disposition(content_of(html)) == "attachment"
    assert disposition(f"{content_of(html)}?disposition=inline") == "attachment"
    assert disposition(signed(client, html, disposition="inline")) == "attachment"


@pytest.mark.parametrize("query", ["disposition=here", "rendition=" + "x" * 32, "other=1"])
def test_unknown_wishes_are_refused(query: str, client: APIClient, file: File) -> None:
    assert client.get(f"{content_of(file)}?{query}").status_code == 400


def test_bytes_come_in_steps(client: APIClient, owner: User) -> None:
    large = stored_file(b"x" * 1_000_000, owner=owner)

    answer = client.get(content_of(large))

    assert isinstance(answer, StreamingHttpResponse)
    assert max(len(bytes(step)) for step in answer) <= 256 * 1024


def test_a_proxy_in_front_gives_the_bytes_where_there_is_one(
    client: APIClient, file: File, files_root: Path, settings: Settings
) -> None:
    settings.X_ACCEL_REDIRECT = True
    assert file.blob is not None

    answer = client.get(content_of(file), headers={"Range": "bytes=0-1"})

    assert (answer.status_code, body_of(answer)) == (200, b"")
    assert answer.headers["X-Accel-Redirect"] == f"/_files/{file.blob.object_name}"
    assert (files_root / file.blob.object_name).read_bytes() == WHOLE
    assert answer.headers["Content-Type"] == "application/pdf"
    assert client.head(content_of(file)).headers["Content-Length"] == "1024"


def test_a_storage_with_urls_gives_the_bytes_itself(
    client: APIClient, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    def signed_get(_: object, name: str, *, seconds: int, **told: str) -> str:
        return f"https://storage.example/{name}?{seconds}&{told['content_type']}"

    monkeypatch.setattr(LocalStorage, "local_path", lambda *_: None)
    monkeypatch.setattr(LocalStorage, "signed_get", signed_get)
    assert file.blob is not None

    answer = client.get(content_of(file))

    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        f"https://storage.example/{file.blob.object_name}?300&application/pdf"
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.head(content_of(file)).status_code == 200


def test_bytes_that_the_storage_lacks_are_a_problem(client: APIClient, owner: User) -> None:
    client.raise_request_exception = False
    answer = client.get(content_of(FileFactory.create(owner=owner)))

    assert (answer.status_code, answer.json()["code"]) == (503, "files.storage_unavailable")
