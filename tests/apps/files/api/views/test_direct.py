"""Direct uploads: a signed request writes the bytes, and the server looks before it believes."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import orjson
import pytest

from apps.api.schema import document
from apps.files.models import File, Upload
from apps.files.purposes import largest_limit
from apps.kernel import clock
from tests.abuse.wire import Answer
from tests.apps.files.tus_clients import TusClient, bytes_of, upload_at

pytestmark = pytest.mark.django_db

CONTENT = b"".join(b"line %06d\n" % number for number in range(1000))


def _begun(phone: TusClient, **changes: Any) -> Answer:
    about = {"name": "a.txt", "size_bytes": len(CONTENT), "purpose": "parcel", **changes}
    return phone.ask(
        "POST",
        "/api/v1/uploads/direct/",
        version=None,
        body=orjson.dumps(about),
        Content_Type="application/json",
    )


def _complete(phone: TusClient, answer: Answer) -> Answer:
    url = f"/api/v1/uploads/{answer.document['id']}/complete/"
    return phone.ask("POST", url, version=None)


def _put(answer: Answer, body: bytes, **changes: Any) -> Answer:
    nobody = TusClient(None)
    return nobody.ask("PUT", answer.document["url"], version=None, body=body, **changes)


def test_signed_request_writes_the_bytes_and_completing_makes_the_file(phone: TusClient) -> None:
    begun = _begun(phone)

    assert (begun.status, begun.document["method"]) == (201, "PUT")
    assert _put(begun, CONTENT).status == 204
    completed = _complete(phone, begun)

    assert (completed.status, completed.document["state"]) == (200, "complete")
    assert bytes_of(upload_at(begun.document["id"])) == CONTENT
    assert File.objects.get().size_bytes == len(CONTENT)
    assert _complete(phone, begun).status == 200
    assert File.objects.count() == 1


def test_upload_whose_bytes_are_not_all_there_is_not_completed(phone: TusClient) -> None:
    begun = _begun(phone)

    nothing = _complete(phone, begun)
    short = _put(begun, CONTENT[:-1], environ={"CONTENT_LENGTH": str(len(CONTENT))})

    assert (nothing.status, nothing.document["code"]) == (409, "files.upload_incomplete")
    assert short.status == 409
    assert _complete(phone, begun).status == 409
    assert not File.objects.exists()


def test_size_that_no_purpose_allows_is_invalid_and_one_that_this_does_not_is_too_large(
    phone: TusClient,
) -> None:
    beyond_all = _begun(phone, size_bytes=largest_limit() + 1)
    beyond_its_own = _begun(phone, size_bytes=largest_limit())

    assert (beyond_all.status, beyond_all.document["code"]) == (400, "kernel.invalid")
    assert [error["field"] for error in beyond_all.document["errors"]] == ["size_bytes"]
    assert (beyond_its_own.status, beyond_its_own.document["code"]) == (413, "files.too_large")
    assert not Upload.objects.exists()


def test_largest_size_in_the_openapi_document_is_the_largest_that_is_taken() -> None:
    schema = document()["components"]["schemas"]["DirectUploadIn"]["properties"]["size_bytes"]

    assert (schema["minimum"], schema["maximum"]) == (1, largest_limit())


def test_request_takes_no_other_size(phone: TusClient) -> None:
    begun = _begun(phone)
    chunks = {"CONTENT_LENGTH": "", "wsgi.input": BytesIO(CONTENT + b"!")}

    assert _put(begun, CONTENT + b"!").status == 413
    assert _put(begun, b"", environ=chunks, Transfer_Encoding="chunked").status == 413


def test_changed_or_late_request_is_refused(
    phone: TusClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, other = _begun(phone), _begun(phone)
    url, foreign = begun.document["url"], other.document["id"]
    changed = [
        url.replace(begun.document["id"], foreign),
        url.replace("expires=", "expires=1"),
        url[:-2],
        url.replace("signature=", "signature=x"),
        f"{url}%FF",
    ]

    statuses = {
        TusClient(None).ask("PUT", each, version=None, body=CONTENT).status for each in changed
    }
    later = clock.now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert statuses == {403}
    assert _put(begun, CONTENT).status == 403


def test_bytes_that_are_something_else_end_the_upload(phone: TusClient) -> None:
    begun = _begun(phone)
    _put(begun, b"%PDF-1.7\n".ljust(len(CONTENT)))

    assert _complete(phone, begun).status == 415
    assert not Upload.objects.exists()


def test_only_the_owner_completes(phone: TusClient, other_phone: TusClient) -> None:
    begun = _begun(phone)
    _put(begun, CONTENT)

    assert _complete(other_phone, begun).status == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"name": "../a.txt"}, 400),
        ({"name": "a.exe"}, 415),
        ({"size_bytes": 0}, 400),
        ({"size_bytes": 10**9}, 413),
        ({"size_bytes": 10**12}, 400),
        ({"purpose": "nothing"}, 400),
    ],
)
def test_what_may_not_be_brought_is_not_begun(
    changes: dict[str, Any], status: int, phone: TusClient
) -> None:
    assert _begun(phone, **changes).status == status
    assert not Upload.objects.exists()


def test_tus_and_direct_uploads_do_not_mix(phone: TusClient) -> None:
    begun = _begun(phone)

    sent = phone.patch(f"/api/v1/uploads/{begun.document['id']}/", b"x", offset=0)
    url = phone.begun(length=10)

    assert sent.document["code"] == "files.upload_not_writable"
    assert phone.ask("POST", f"{url}complete/", version=None).status == 403


def test_direct_upload_is_given_up_without_tus(phone: TusClient) -> None:
    begun = _begun(phone)

    gone = phone.ask("DELETE", f"/api/v1/uploads/{begun.document['id']}/", version=None)

    assert gone.status == 204
    assert not Upload.objects.exists()
