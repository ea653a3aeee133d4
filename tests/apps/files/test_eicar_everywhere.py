"""EICAR at any place, by every way in, on every storage: quarantined, and given to nobody."""

import hashlib
import urllib.request
from collections.abc import Callable

import orjson
import pytest
from django.conf import settings as settings_of_django
from pytest_django import Settings

from apps.accounts.models import User
from apps.files.errors import NotServed
from apps.files.models import File
from apps.files.names import quarantine_name
from apps.files.selectors import servable
from apps.files.services import check_due
from apps.files.storages import storage_named
from apps.files.types import FileState
from tests.apps.files.bringing import stored
from tests.apps.files.samples import EICAR, text
from tests.apps.files.storages import servers
from tests.apps.files.tus_clients import TusClient, metadata

pytestmark = pytest.mark.django_db

SIZE_BYTES = 300_000
CHUNK_BYTES = 100_000
NAMED = metadata(filename="notes.txt", purpose="document")


@pytest.fixture(params=["local", "moto", servers.AZURITE])
def storage(request: pytest.FixtureRequest, settings: Settings) -> str:
    """Each storage in turn, in use and empty."""
    if request.param == "local":
        return "local"
    made = servers.azure_storage if request.param == "azurite" else servers.s3_storage
    return made(settings, request.getfixturevalue(request.param)).name


def in_chunks(phone: TusClient, content: bytes) -> None:
    """By tus, chunk by chunk."""
    url = phone.begun(length=len(content), Upload_Metadata=NAMED)
    for offset in range(0, len(content), CHUNK_BYTES):
        answer = phone.patch(url, content[offset : offset + CHUNK_BYTES], offset=offset)
        assert answer.status == 204, answer.body


def at_once(phone: TusClient, content: bytes) -> None:
    """By tus, with the request that begins it."""
    answer = phone.create(
        length=len(content),
        Upload_Metadata=NAMED,
        Content_Type="application/offset+octet-stream",
        body=content,
    )
    assert answer.status == 201, answer.body


def in_partial_uploads(phone: TusClient, content: bytes) -> None:
    """By tus, as one upload made of others."""
    urls = []
    for half in (content[: SIZE_BYTES // 2], content[SIZE_BYTES // 2 :]):
        partial = phone.begun(length=len(half), Upload_Concat="partial", Upload_Metadata=NAMED)
        urls.append(partial)
        assert phone.patch(urls[-1], half, offset=0).status == 204
    answer = phone.ask(
        "POST",
        "/api/v1/uploads/",
        Upload_Concat=f"final;{' '.join(urls)}",
        Upload_Metadata=NAMED,
    )
    assert answer.status == 201, answer.body


def as_a_form(phone: TusClient, content: bytes) -> None:
    """By one request, as a form."""
    head = (
        '--mainstay\r\nContent-Disposition: form-data; name="purpose"\r\n\r\ndocument\r\n'
        '--mainstay\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    )
    answer = phone.ask(
        "POST",
        "/api/v1/files/",
        version=None,
        body=head.encode() + content + b"\r\n--mainstay--\r\n",
        Content_Type="multipart/form-data; boundary=mainstay",
    )
    assert answer.status == 201, answer.body


def straight_to_the_storage(phone: TusClient, content: bytes) -> None:
    """By a signed request, to the storage itself where it has URLs."""
    begun = phone.ask(
        "POST",
        "/api/v1/uploads/direct/",
        version=None,
        body=orjson.dumps({"name": "a.txt", "size_bytes": SIZE_BYTES, "purpose": "document"}),
        Content_Type="application/json",
    )
    assert begun.status == 201, begun.body
    signed = begun.document
    if settings_of_django.FILES_STORAGE != "local":
        request = urllib.request.Request(
            signed["url"], data=content, headers=signed["headers"], method=signed["method"]
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status in {200, 201}
    else:
        put = TusClient(None).ask("PUT", signed["url"], version=None, body=content)
        assert put.status == 204, put.body
    done = phone.ask("POST", f"/api/v1/uploads/{signed['id']}/complete/", version=None)
    assert done.status == 200, done.body


WAYS = [in_chunks, at_once, in_partial_uploads, as_a_form, straight_to_the_storage]


@pytest.mark.parametrize("bring", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(
    "place", [0, 4096 - 30, CHUNK_BYTES - 30, SIZE_BYTES // 2 - 1, SIZE_BYTES - len(EICAR)]
)
def test_eicar_is_quarantined(
    owner: User, storage: str, bring: Callable[[TusClient, bytes], None], place: int
) -> None:
    content = text(SIZE_BYTES, with_at={place: EICAR})

    bring(TusClient(owner), content)
    assert check_due() == 1

    file = File.objects.get()
    assert file.state == FileState.INFECTED
    assert stored() == {quarantine_name(hashlib.sha256(content).hexdigest())}
    assert storage_named(storage).name == file.storage
    with pytest.raises(NotServed):
        servable(file.public_id)
