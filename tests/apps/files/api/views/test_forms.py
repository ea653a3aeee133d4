"""Small files as forms: one request, kept whole or not at all."""

from typing import Any

import pytest
from pytest_django import Settings

from apps.files.models import File, Upload
from tests.abuse.wire import Answer
from tests.apps.files.tus_clients import TusClient, bytes_of

pytestmark = pytest.mark.django_db

CONTENT = b"".join(b"line %06d\n" % number for number in range(1000))
BOUNDARY = "mainstay"


def _form(content: bytes = CONTENT, *, name: str = "a.txt", **words: str) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'.encode()
        for key, text in {"purpose": "parcel", **words}.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return b"".join([*parts, head.encode(), b"\r\n", content, f"\r\n--{BOUNDARY}--\r\n".encode()])


# The one that is in the form already.
WORD = b'Content-Disposition: form-data; name="purpose"\r\n\r\nparcel\r\n--mainstay\r\n'


def _send(phone: TusClient, body: bytes, **changes: Any) -> Answer:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    changes = {"Content_Type": kind, "version": None, **changes}
    return phone.ask("POST", "/api/v1/files/", body=body, **changes)


def test_form_brings_a_file(phone: TusClient) -> None:
    answer = _send(phone, _form())

    file = File.objects.get()
    assert (answer.status, answer.document["id"]) == (201, str(file.public_id))
    assert (file.name, file.purpose, file.size_bytes) == ("a.txt", "parcel", len(CONTENT))
    assert bytes_of(Upload.objects.get()) == CONTENT


def test_repeated_form_is_taken_once(phone: TusClient) -> None:
    key = {"Idempotency_Key": "a-photo"}

    first, again = _send(phone, _form(), **key), _send(phone, _form(), **key)
    other = _send(phone, _form(b"something else"), **key)

    assert (first.status, again.body) == (201, first.body)
    assert other.document["code"] == "api.idempotency_key_reused"
    assert File.objects.count() == 1


def test_form_that_is_too_large_is_refused_by_its_length(
    phone: TusClient, settings: Settings
) -> None:
    settings.FILES_FORM_BYTES = 100_000

    by_length = _send(phone, b"", environ={"CONTENT_LENGTH": "1000000000"})
    by_file = _send(phone, _form(b"a" * 100_001))

    assert {by_length.status, by_file.status} == {413}
    assert not Upload.objects.exists()


def test_form_that_was_cut_is_refused(phone: TusClient) -> None:
    body = _form()

    answer = _send(phone, body[:5000], environ={"CONTENT_LENGTH": str(len(body))})

    assert answer.document["code"] == "api.malformed_body"
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (_form(b"%PDF-1.7\n" * 100), 415),
        (_form(name="a.exe"), 415),
        (_form(purpose="nothing"), 400),
        (_form(scope="building:1"), 400),
        (b"{}", 415),
        (_form().replace(b'name="file"', b'name="photo"'), 400),
        (_form(filename="b.txt"), 400),
        (_form(purpose="p" * 41), 400),
        (_form().replace(b"--mainstay\r\n", b"--mainstay\r\n" + WORD, 1), 400),
    ],
)
def test_form_that_brings_what_may_not_be_leaves_nothing(
    body: bytes, status: int, phone: TusClient
) -> None:
    assert _send(phone, body).status == status
    assert not Upload.objects.exists()


def test_unknown_word_is_refused_by_its_name(phone: TusClient) -> None:
    answer = _send(phone, _form(pupose="parcel", scope=""))

    assert answer.status == 400
    assert [(wrong["field"], wrong["code"]) for wrong in answer.document["errors"]] == [
        ("pupose", "unknown")
    ]
    assert not Upload.objects.exists()


def test_word_that_a_browser_leaves_empty_says_nothing(phone: TusClient) -> None:
    _send(phone, _form(scope=""))

    assert File.objects.get().scope == ""


def test_part_in_base64_full_of_spaces_is_bounded(phone: TusClient) -> None:
    """R6 section 4, #8."""
    body = _form(b" " * 1_000_000 + b"QUFB" + b" " * 1_000_000)
    encoded = body.replace(b'"a.txt"\r\n', b'"a.txt"\r\nContent-Transfer-Encoding: base64\r\n')

    answer = _send(phone, encoded)

    assert answer.status in {201, 400}


@pytest.mark.parametrize("name", ["../../etc/a.txt", "\u202ea.txt", "/a.txt"])
def test_path_and_marks_in_a_name_are_cut_off(name: str, phone: TusClient) -> None:
    _send(phone, _form(name=name))

    assert File.objects.get().name == "a.txt"


def test_anything_but_a_form_is_refused(phone: TusClient) -> None:
    assert _send(phone, b"{}", Content_Type="application/json").status == 415
    assert _send(phone, b"", Transfer_Encoding="chunked").status == 411
