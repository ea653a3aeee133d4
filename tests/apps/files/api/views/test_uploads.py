"""tus 1.0.0, rule by rule: the core, and each extension."""

import base64
import hashlib
import os
import zlib
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.files import part_writers
from apps.files.models import File, Upload
from apps.kernel import clock
from tests.apps.files.conftest import told_of
from tests.apps.files.tus_clients import (
    OCTETS,
    TusClient,
    bytes_of,
    metadata,
    upload_at,
)

pytestmark = pytest.mark.django_db

CONTENT = b"".join(b"line %06d\n" % number for number in range(1000))


# Creation.


def test_new_upload_is_told_where_its_bytes_go(phone: TusClient, settings: Settings) -> None:
    settings.FILES_UPLOAD_URL = "https://upload.example.com"

    answer = phone.create(length=100)

    assert answer.status == 201
    assert answer.headers["location"].startswith("https://upload.example.com/api/v1/uploads/")
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["upload-expires"].endswith(" GMT")
    assert "upload-length" not in answer.headers


def test_key_of_a_write_does_nothing_to_what_tus_sends(phone: TusClient) -> None:
    for key in ("same", "same", ""):
        assert phone.create(length=100, Idempotency_Key=key).status == 201

    assert Upload.objects.count() == 3


def test_upload_of_no_bytes_is_complete_at_once(phone: TusClient, owner: User) -> None:
    url = phone.begun(length=0)

    file = File.objects.get()
    assert (file.owner, file.size_bytes, file.state) == (owner, 0, "pending")
    assert upload_at(url).state == "complete"
    assert phone.offset(url) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload_Length": "5", "Upload_Defer_Length": "1"},
        {"Upload_Defer_Length": "2"},
        {"Upload_Length": "-1"},
        {"Upload_Length": "1e3"},
        {"Upload_Length": "9" * 5000},
        {"Upload_Length": "5", "Upload_Concat": "middle"},
    ],
)
def test_creation_that_says_too_little_or_too_much_is_refused(
    headers: dict[str, Any], phone: TusClient
) -> None:
    answer = phone.ask("POST", "/api/v1/uploads/", **headers)

    assert answer.status == 400
    assert answer.document["errors"]
    assert not Upload.objects.exists()


def test_upload_larger_than_its_purpose_allows_is_refused(phone: TusClient) -> None:
    answer = phone.create(length=64 * 1024 * 1024 + 1)

    assert (answer.status, answer.document["code"]) == (413, "files.too_large")


def test_upload_without_room_is_refused(phone: TusClient, settings: Settings) -> None:
    settings.FILES_TIERS = {"free": 1000}

    assert phone.create(length=1000).status == 201
    assert phone.create(length=1).document["code"] == "files.quota_exceeded"


def test_name_that_its_purpose_does_not_know_is_refused(phone: TusClient) -> None:
    answer = phone.create(length=1, Upload_Metadata=metadata(name="a.exe", purpose="parcel"))

    assert (answer.status, answer.document["code"]) == (415, "files.type_not_allowed")


def test_upload_for_a_scope_of_others_is_refused(phone: TusClient) -> None:
    scope = "building:019ab2d0-aaaa-7b3a-9c55-3e1f6a7b8c9d"

    answer = phone.create(length=1, Upload_Metadata=metadata(purpose="parcel", scope=scope))

    assert (answer.status, answer.document["errors"][0]["field"]) == (400, "scope")


def test_empty_metadata_is_taken(phone: TusClient, settings: Settings) -> None:
    settings.FILES_DEFAULT_PURPOSE = "parcel"

    url = phone.begun(length=len(CONTENT), Upload_Metadata="")

    assert phone.patch(url, CONTENT, offset=0).status == 204
    assert File.objects.get().name == "file.txt"


# Creation with upload.


def test_first_bytes_may_come_with_the_creation(phone: TusClient) -> None:
    answer = phone.ask(
        "POST",
        "/api/v1/uploads/",
        body=CONTENT[:100],
        Upload_Length=str(len(CONTENT)),
        Upload_Metadata=metadata(filename="a.txt", purpose="parcel"),
        Content_Type=OCTETS,
    )

    assert (answer.status, answer.headers["upload-offset"]) == (201, "100")
    assert phone.patch(answer.headers["location"], CONTENT[100:], offset=100).status == 204
    assert bytes_of(upload_at(answer.headers["location"])) == CONTENT


def test_creation_whose_bytes_are_refused_leaves_nothing(phone: TusClient) -> None:
    answer = phone.ask(
        "POST",
        "/api/v1/uploads/",
        body=b"%PDF-1.7\n" * 1000,
        Upload_Length="9000",
        Upload_Metadata=metadata(filename="a.txt", purpose="parcel"),
        Content_Type=OCTETS,
    )

    assert answer.status == 415
    assert not Upload.objects.exists()


# The core: HEAD and PATCH.


def test_head_tells_all_that_a_client_needs_to_go_on(phone: TusClient) -> None:
    told = metadata(filename="a.txt", purpose="parcel", anything="else")
    url = phone.begun(length=len(CONTENT), Upload_Metadata=told)
    phone.patch(url, CONTENT[:300], offset=0)

    answer = phone.head(url)

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["upload-offset"] == "300"
    assert answer.headers["upload-length"] == str(len(CONTENT))
    assert answer.headers["upload-metadata"] == told
    assert answer.headers["cache-control"] == "no-store"


def test_last_byte_makes_the_file(phone: TusClient, owner: User) -> None:
    url = phone.begun(length=len(CONTENT))

    first = phone.patch(url, CONTENT[:5000], offset=0)
    last = phone.patch(url, CONTENT[5000:], offset=5000)

    assert [(a.status, a.headers["upload-offset"]) for a in (first, last)] == [
        (204, "5000"),
        (204, str(len(CONTENT))),
    ]
    upload, file = upload_at(url), File.objects.get()
    assert (file.public_id, file.name, file.size_bytes) == (upload.public_id, "a.txt", len(CONTENT))
    assert file.due_at is not None
    assert bytes_of(upload) == CONTENT
    assert [event.topic for event in told_of(file.public_id)] == ["files.file.uploaded"]
    assert "upload-expires" not in last.headers


def test_bytes_from_another_offset_are_refused_and_change_nothing(phone: TusClient) -> None:
    url = phone.begun(length=len(CONTENT))
    phone.patch(url, CONTENT[:100], offset=0)

    answers = [phone.patch(url, CONTENT[100:], offset=offset) for offset in (0, 99, 101, 5000)]

    assert {answer.status for answer in answers} == {409}
    assert answers[0].headers["upload-offset"] == "100"
    assert phone.offset(url) == 100


def test_patch_without_an_offset_or_of_another_type_is_refused(phone: TusClient) -> None:
    url = phone.begun(length=10)

    assert phone.ask("PATCH", url, body=b"x", Content_Type=OCTETS).status == 400
    assert phone.patch(url, b"x", offset=0, Content_Type="text/plain").status == 415


def test_more_bytes_than_were_declared_are_refused(phone: TusClient) -> None:
    url = phone.begun(length=100)
    phone.patch(url, CONTENT[:60], offset=0)

    with_length = phone.patch(url, CONTENT[:41], offset=60)
    in_chunks = phone.patch_in_chunks(url, CONTENT[:41], offset=60)

    assert (with_length.status, in_chunks.status) == (413, 413)
    assert phone.offset(url) == 60
    assert not File.objects.exists()


def test_complete_upload_takes_the_last_patch_again_and_nothing_else(phone: TusClient) -> None:
    url = phone.begun(length=100)
    phone.patch(url, CONTENT[:100], offset=0)

    assert phone.patch(url, b"", offset=100).status == 204
    assert phone.patch(url, CONTENT[:100], offset=0).status == 409
    assert phone.patch(url, b"x", offset=100).status == 413
    assert File.objects.count() == 1


def test_another_version_of_tus_is_refused(phone: TusClient) -> None:
    url = phone.begun(length=100)

    assert {phone.ask(method, url, version="0.2.2").status for method in ("HEAD", "DELETE")} == {
        412
    }
    assert phone.ask("HEAD", url, version=None).headers["tus-version"] == "1.0.0"
    assert phone.offset(url) == 0


def test_options_tells_what_is_possible_to_everybody() -> None:
    answer = TusClient(None).ask("OPTIONS", "/api/v1/uploads/", version=None)

    assert (answer.status, answer.headers["tus-version"]) == (204, "1.0.0")
    assert answer.headers["tus-extension"] == (
        "creation,creation-with-upload,creation-defer-length,"
        "termination,expiration,checksum,concatenation"
    )
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256,md5,crc32"
    assert int(answer.headers["tus-max-size"]) >= 64 * 1024 * 1024


def test_method_may_be_sent_as_a_post(phone: TusClient) -> None:
    url = phone.begun(length=100)
    patch: dict[str, Any] = {
        "X_HTTP_Method_Override": "PATCH",
        "Upload_Offset": "0",
        "Content_Type": OCTETS,
    }

    assert phone.ask("POST", url, body=CONTENT[:50], **patch).headers["upload-offset"] == "50"
    assert phone.ask("POST", url, X_HTTP_Method_Override="DELETE").status == 204
    assert phone.head(url).status == 404


# Bodies that are cut or come in chunks.


def test_all_that_came_of_a_cut_body_is_kept(phone: TusClient) -> None:
    url = phone.begun(length=len(CONTENT))

    phone.patch(url, CONTENT[:700], offset=0, environ={"CONTENT_LENGTH": str(len(CONTENT))})

    assert phone.offset(url) == 700
    assert phone.patch(url, CONTENT[700:], offset=700).status == 204
    assert bytes_of(upload_at(url)) == CONTENT


def test_body_in_chunks_is_as_long_as_it_is(phone: TusClient) -> None:
    url = phone.begun(length=len(CONTENT))

    first = phone.patch_in_chunks(url, CONTENT[:700], offset=0)
    last = phone.patch_in_chunks(url, CONTENT[700:], offset=700)

    assert (first.headers["upload-offset"], last.status) == ("700", 204)
    assert bytes_of(upload_at(url)) == CONTENT


# A length that is told later.


def test_length_may_be_told_with_any_chunk(phone: TusClient) -> None:
    url = phone.begun()
    phone.patch(url, CONTENT[:100], offset=0)

    assert phone.head(url).headers["upload-defer-length"] == "1"
    phone.patch(url, CONTENT[100:200], offset=100, Upload_Length="300")
    assert phone.head(url).headers["upload-length"] == "300"
    assert phone.patch(url, CONTENT[200:300], offset=200).status == 204
    assert bytes_of(upload_at(url)) == CONTENT[:300]
    assert File.objects.get().size_bytes == 300


def test_length_may_be_told_after_the_last_byte(phone: TusClient) -> None:
    url = phone.begun()
    phone.patch(url, CONTENT, offset=0)

    assert phone.patch(url, b"", offset=len(CONTENT), Upload_Length=str(len(CONTENT))).status == 204
    assert File.objects.get().size_bytes == len(CONTENT)


def test_length_that_was_told_stays(phone: TusClient) -> None:
    url = phone.begun(length=300)

    assert phone.patch(url, b"x", offset=0, Upload_Length="300").status == 204
    assert phone.patch(url, b"x", offset=1, Upload_Length="301").status == 400
    assert phone.head(url).headers["upload-length"] == "300"


def test_deferred_length_ends_at_the_limit(phone: TusClient, settings: Settings) -> None:
    settings.FILES_TIERS = {"free": 1000}
    url = phone.begun()

    answer = phone.patch_in_chunks(url, CONTENT[:2000], offset=0)

    assert answer.document["code"] == "files.quota_exceeded"
    assert phone.patch(url, b"", offset=0, Upload_Length=str(10**12)).status == 413


# Checksums.


def _digest(algorithm: str, content: bytes) -> str:
    if algorithm == "crc32":
        digest = zlib.crc32(content).to_bytes(4, "big")
    else:
        digest = hashlib.new(algorithm, content).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5", "crc32"])
def test_chunk_with_a_wrong_checksum_is_discarded(algorithm: str, phone: TusClient) -> None:
    url = phone.begun(length=len(CONTENT))
    phone.patch(url, CONTENT[:100], offset=0, Upload_Checksum=_digest(algorithm, CONTENT[:100]))
    wrong = _digest(algorithm, CONTENT)

    refused = phone.patch(url, CONTENT[100:-1] + b"!", offset=100, Upload_Checksum=wrong)

    assert (refused.status, refused.document["code"]) == (460, "files.checksum_mismatch")
    assert phone.offset(url) == 100
    right = _digest(algorithm, CONTENT[100:])
    assert phone.patch(url, CONTENT[100:], offset=100, Upload_Checksum=right).status == 204
    assert bytes_of(upload_at(url)) == CONTENT


@pytest.mark.parametrize("header", ["sha512 YQ==", "sha1", "sha1 !!", "sha1 YQ==", ""])
def test_checksum_that_is_none_is_refused(header: str, phone: TusClient) -> None:
    url = phone.begun(length=100)

    assert phone.patch(url, b"x", offset=0, Upload_Checksum=header).status == 400
    assert phone.offset(url) == 0


# Concatenation.


def _partial(phone: TusClient, content: bytes) -> str:
    url = phone.begun(length=len(content), Upload_Concat="partial", Upload_Metadata="")
    if content:
        assert phone.patch(url, content, offset=0).status == 204
    return url


@pytest.fixture
def default_parcel(settings: Settings) -> None:
    settings.FILES_DEFAULT_PURPOSE = "parcel"


@pytest.mark.usefixtures("default_parcel")
def test_partial_uploads_become_one(phone: TusClient) -> None:
    urls = [_partial(phone, part) for part in (CONTENT[:3000], CONTENT[3000:9000], CONTENT[9000:])]
    assert not File.objects.exists()

    answer = phone.ask(
        "POST",
        "/api/v1/uploads/",
        Upload_Concat=f"final;{urls[0]} {urls[1].removeprefix('http://testserver')} {urls[2]}",
        Upload_Metadata=metadata(filename="a.txt", purpose="parcel"),
    )

    url = answer.headers["location"]
    assert answer.status == 201
    assert bytes_of(upload_at(url)) == CONTENT
    assert File.objects.get().size_bytes == len(CONTENT)
    assert phone.head(url).headers["upload-concat"].startswith("final;")
    assert phone.head(urls[0]).headers["upload-concat"] == "partial"
    assert phone.patch(url, b"x", offset=len(CONTENT)).status == 403


@pytest.mark.usefixtures("default_parcel")
def test_joining_again_is_the_same_upload(phone: TusClient) -> None:
    urls = [_partial(phone, CONTENT[:3000]), _partial(phone, CONTENT[3000:])]
    same: dict[str, Any] = {
        "Upload_Concat": f"final;{' '.join(urls)}",
        "Upload_Metadata": metadata(name="a.txt"),
    }

    first = phone.ask("POST", "/api/v1/uploads/", **same)
    again = phone.ask("POST", "/api/v1/uploads/", **same)

    assert first.headers["location"] == again.headers["location"]
    assert File.objects.count() == 1


@pytest.mark.usefixtures("default_parcel")
def test_only_complete_partial_uploads_of_ones_own_are_joined(
    phone: TusClient, other_phone: TusClient
) -> None:
    whole = _partial(phone, CONTENT[:3000])
    begun = phone.begun(length=10, Upload_Concat="partial", Upload_Metadata="")
    plain = phone.begun(length=10)
    foreign = _partial(other_phone, CONTENT[:3000])
    about: dict[str, Any] = {"Upload_Metadata": metadata(name="a.txt")}

    statuses = [
        phone.ask("POST", "/api/v1/uploads/", Upload_Concat=f"final;{urls}", **about).status
        for urls in (
            f"{whole} {begun}",
            f"{whole} {plain}",
            f"{whole} {foreign}",
            f"{whole} {whole}",
            "",
            "http://[ nonsense",
        )
    ]

    assert statuses == [400, 400, 404, 400, 400, 400]
    assert not File.objects.exists()


@pytest.mark.usefixtures("default_parcel")
def test_more_parts_than_are_kept_for_one_upload_are_not_joined(
    phone: TusClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_writers, "MOST_PARTS", 1)
    urls = [_partial(phone, CONTENT[:3000]), _partial(phone, CONTENT[3000:])]

    answer = phone.ask(
        "POST",
        "/api/v1/uploads/",
        Upload_Concat=f"final;{' '.join(urls)}",
        Upload_Metadata=metadata(name="a.txt"),
    )

    assert (answer.status, answer.document["code"]) == (413, "files.too_many_parts")
    assert not File.objects.exists()
    assert [upload_at(url).parts.count() for url in urls] == [1, 1]


# Termination and expiration.


def test_upload_is_terminated_only_as_if_match_says(phone: TusClient) -> None:
    url = phone.begun(length=len(CONTENT))

    refused = phone.ask("DELETE", url, If_Match='"of-another-state"')

    assert (refused.status, refused.document["code"]) == (412, "api.precondition_failed")
    assert phone.ask("DELETE", url, If_Match="*").status == 204


def test_terminated_upload_is_gone_with_its_bytes_and_its_room(phone: TusClient) -> None:
    url = phone.begun(length=len(CONTENT))
    phone.patch(url, CONTENT[:100], offset=0)

    assert phone.ask("DELETE", url).status == 204

    assert {phone.ask(method, url).status for method in ("HEAD", "PATCH", "DELETE")} == {404}
    assert not Upload.objects.exists()


@pytest.mark.parametrize(("status", "expected"), [(410, 410), (404, 404)])
def test_expired_upload_is_told_as_such_or_as_java_clients_need_it(
    status: int, expected: int, phone: TusClient, settings: Settings
) -> None:
    settings.FILES_EXPIRED_STATUS = status
    url = phone.begun(length=100)
    Upload.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    answers = [phone.head(url), phone.patch(url, b"x", offset=0)]

    assert {answer.status for answer in answers} == {expected}
    assert "upload-offset" not in answers[0].headers


def test_each_chunk_puts_the_expiry_off(phone: TusClient) -> None:
    url = phone.begun(length=100)
    Upload.objects.update(expires_at=clock.now() + timedelta(minutes=1))

    phone.patch(url, b"x", offset=0)

    assert upload_at(url).expires_at > clock.now() + timedelta(hours=23)


# Who may, and what else.


def test_upload_of_somebody_else_is_not_there(phone: TusClient, other_phone: TusClient) -> None:
    url = phone.begun(length=100)

    answers = [
        other_phone.head(url),
        other_phone.patch(url, b"x", offset=0),
        other_phone.ask("DELETE", url),
        other_phone.ask("GET", url),
    ]

    assert {answer.status for answer in answers} == {404}
    assert phone.offset(url) == 0


def test_rest_tells_how_much_is_here(phone: TusClient) -> None:
    url = phone.begun(length=len(CONTENT))
    phone.patch(url, CONTENT[:5000], offset=0)

    one = phone.ask("GET", url, version=None)
    listed = phone.ask("GET", "/api/v1/uploads/", version=None)

    assert one.document["offset_bytes"] == 5000
    assert one.document["state"] == "receiving"
    assert [item["id"] for item in listed.document["items"]] == [one.document["id"]]


def test_bytes_that_are_something_else_end_the_upload(phone: TusClient) -> None:
    url = phone.begun(length=1_000_000)

    answer = phone.patch(url, b"%PDF-1.7\n" + os.urandom(8000), offset=0)

    assert (answer.status, answer.document["code"]) == (415, "files.type_not_allowed")
    assert phone.head(url).status == 404
