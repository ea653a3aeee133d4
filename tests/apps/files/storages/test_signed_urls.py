"""URLs that a storage takes from anybody who has them: for one object, one act and some time."""

from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import time_machine
from pytest_django import Settings

from apps.files.types import SignedRequest, Storage
from apps.kernel import clock
from tests.apps.files.storages.test_contract import content_of, names_of, put

NAME = "content/ab/abc"
OTHER = "content/cd/cde"
# rclone says 400.
OVER = {400, 403}


def an_hour_ago() -> time_machine.travel:
    """Let us, and not the server, live an hour ago: servers allow for some minutes."""
    return time_machine.travel(clock.now() - timedelta(hours=1), tick=True)


class Answer:
    """What a storage answers to somebody with a URL."""

    def __init__(self, method: str, url: str, body: bytes = b"", **headers: str) -> None:
        place = urlsplit(url)
        connection = HTTPConnection(place.netloc, timeout=60)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"{place.path}?{place.query}", body or None, told)
        answer = connection.getresponse()
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()
        connection.close()


def get_url(storage: Storage, *, seconds: int = 600) -> str:
    url = storage.signed_get(
        NAME,
        seconds=seconds,
        content_type="text/plain",
        disposition="attachment; filename*=UTF-8''caf%C3%A9.txt",
    )
    assert url is not None
    return url


def put_request(storage: Storage, *, seconds: int = 600) -> SignedRequest:
    request = storage.signed_put(NAME, seconds=seconds, size_bytes=4, content_type="text/plain")
    assert request is not None
    return request


def sent(request: SignedRequest, body: bytes, **headers: str) -> Answer:
    told = {name.replace("-", "_"): value for name, value in request.headers.items()}
    return Answer(request.method, request.url, body, **(told | headers))


def test_disk_has_no_urls(disk: Storage) -> None:
    assert disk.signed_get(NAME, seconds=1, content_type="", disposition="") is None
    assert disk.signed_put(NAME, seconds=1, size_bytes=1, content_type="") is None


def test_url_gives_the_object_with_type_and_disposition(remote: Storage) -> None:
    put(remote, NAME, b"content")

    answer = Answer("GET", get_url(remote))

    assert answer.status == 200
    assert answer.body == b"content"
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''caf%C3%A9.txt"


def test_url_gives_a_range(remote: Storage) -> None:
    put(remote, NAME, b"content")

    answer = Answer("GET", get_url(remote), Range="bytes=3-5")

    assert answer.body == b"ten"


@pytest.mark.parametrize(
    ("signed", "changed"),
    [(NAME, OTHER), ("plain", "html"), ("attachment", "inline")],
    ids=["another object", "another type", "another disposition"],
)
def test_url_that_was_changed_is_refused(referee: Storage, signed: str, changed: str) -> None:
    put(referee, NAME, b"content")
    put(referee, OTHER, b"somebody else's")
    url = get_url(referee)
    assert signed in url

    assert Answer("GET", url.replace(signed, changed)).status == 403


def test_url_for_reading_writes_nothing(referee: Storage) -> None:
    put(referee, NAME, b"content")

    # Without this header Azure takes nothing at all.
    answer = Answer("PUT", get_url(referee), b"changed", x_ms_blob_type="BlockBlob")

    assert answer.status == 403
    assert content_of(referee, NAME) == b"content"


def test_url_is_refused_once_its_time_is_over(referee: Storage) -> None:
    put(referee, NAME, b"content")
    with an_hour_ago():
        over, not_over = get_url(referee, seconds=1800), get_url(referee, seconds=7200)

    assert Answer("GET", over).status in OVER
    assert Answer("GET", not_over).status == 200


def test_url_by_another_secret_is_refused(referee: Storage, settings: Settings) -> None:
    put(referee, NAME, b"content")
    settings.FILES_S3_SECRET_ACCESS_KEY = "another secret"
    settings.FILES_AZURE_KEY = "YW5vdGhlciBzZWNyZXQ="

    assert Answer("GET", get_url(referee)).status == 403


def test_nobody_reads_without_a_signature(referee: Storage) -> None:
    put(referee, NAME, b"content")

    answer = Answer("GET", get_url(referee).partition("?")[0])

    assert 400 <= answer.status < 500
    assert answer.body != b"content"


def test_request_writes_the_object(remote: Storage) -> None:
    answer = sent(put_request(remote), b"four")

    assert answer.status in {200, 201}
    assert content_of(remote, NAME) == b"four"


def test_request_writes_so_many_bytes_and_no_more(signer_of_lengths: Storage) -> None:
    request = put_request(signer_of_lengths)

    assert sent(request, b"five!", Content_Length="5").status == 403
    assert sent(request, b"six", Content_Length="3").status == 403
    assert names_of(signer_of_lengths, "") == set()


def test_request_writes_no_other_type(signer_of_lengths: Storage) -> None:
    request = put_request(signer_of_lengths)

    assert sent(request, b"four", Content_Type="text/html").status == 403
    assert names_of(signer_of_lengths, "") == set()


def test_request_replaces_nothing(one_time: Storage) -> None:
    request = put_request(one_time)
    assert sent(request, b"four").status in {200, 201}

    assert 400 <= sent(request, b"evil").status < 500
    assert content_of(one_time, NAME) == b"four"


def test_request_that_was_changed_is_refused(referee: Storage) -> None:
    put(referee, OTHER, b"somebody else's")
    request = put_request(referee)
    told = {name.replace("-", "_"): value for name, value in request.headers.items()}

    assert Answer("PUT", request.url.replace(NAME, OTHER), b"four", **told).status == 403
    assert content_of(referee, OTHER) == b"somebody else's"


def test_request_is_refused_once_its_time_is_over(referee: Storage) -> None:
    with an_hour_ago():
        over, not_over = put_request(referee, seconds=1800), put_request(referee, seconds=7200)

    assert over.expires_at < clock.now() < not_over.expires_at
    assert sent(over, b"four").status in OVER
    assert names_of(referee, "") == set()
    assert sent(not_over, b"four").status in {200, 201}
