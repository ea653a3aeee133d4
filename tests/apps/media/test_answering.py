"""Pictures are made once, and what cannot be had is told as what it is."""

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from pytest_django import Settings

from apps.caching.services import clear
from apps.media.models import RemoteSource
from apps.media.services import delete_source
from apps.media.types import MediaAnswer
from tests.apps.media.samples import ask, opened, picture, remote_path, unsigned_path
from tests.hostile_server import HostileServer, answering, reset

pytestmark = pytest.mark.django_db


def code_of(found: MediaAnswer) -> Any:
    assert found.headers["Content-Type"] == "application/problem+json"
    return orjson.loads(found.body)["code"]


@pytest.mark.usefixtures("listed")
def test_remote_picture_comes_in_the_size_and_format_that_was_asked_for(
    remote: HostileServer,
) -> None:
    found = ask(remote_path(remote, width=100, height=100, fit="cover", format="webp"))

    assert (found.status, found.headers["Content-Type"]) == (200, "image/webp")
    assert opened(found).size == (100, 100)
    assert found.outcome == "made"


@pytest.mark.usefixtures("listed")
def test_second_request_asks_neither_the_source_nor_the_processes(remote: HostileServer) -> None:
    path = remote_path(remote, width=100)
    made = ask(path)

    again = ask(path)

    assert (again.outcome, again.body) == ("hit", made.body)
    assert len(remote.requests) == 1


@pytest.mark.usefixtures("listed")
def test_two_sizes_take_one_fetch(remote: HostileServer) -> None:
    ask(remote_path(remote, width=100))
    ask(remote_path(remote, width=50))

    assert len(remote.requests) == 1


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("image/avif,image/webp,*/*;q=0.8", "image/avif"),
        ("image/webp,*/*", "image/webp"),
        ("*/*", "image/jpeg"),
        ("image/avif;q=0, image/webp", "image/webp"),
    ],
)
@pytest.mark.usefixtures("listed")
def test_client_that_leaves_the_format_to_us_gets_its_best(
    remote: HostileServer, accept: str, content_type: str
) -> None:
    found = ask(remote_path(remote, width=64, format="auto"), accept=accept)

    assert found.headers["Content-Type"] == content_type
    assert "Accept" in found.headers["Vary"]


@pytest.mark.usefixtures("listed")
def test_format_that_was_named_does_not_vary(remote: HostileServer) -> None:
    assert "Vary" not in ask(remote_path(remote, width=64, format="png")).headers


@pytest.mark.usefixtures("listed")
def test_client_that_has_it_is_told_so_even_where_the_picture_is_gone(
    remote: HostileServer,
) -> None:
    path = remote_path(remote, width=100)
    etag = ask(path).headers["ETag"]
    clear(namespace="media.pictures", reason="test")

    found = ask(path, if_none_match=etag)

    assert (found.status, found.body, found.headers["ETag"]) == (304, b"", etag)
    assert found.outcome == "not_modified"


def test_source_that_is_not_listed_is_refused_before_it_is_asked(remote: HostileServer) -> None:
    found = ask(remote_path(remote, width=100))

    assert (found.status, code_of(found)) == (403, "media.source_not_listed")
    assert not remote.requests


@pytest.mark.django_db(transaction=True)
def test_source_that_was_struck_off_the_list_is_not_served_from_the_cache(
    remote: HostileServer, listed: RemoteSource
) -> None:
    path = remote_path(remote, width=100)
    assert ask(path).status == 200
    delete_source(listed)

    assert ask(path).status == 403


@pytest.mark.parametrize("port", [1, 8080])
def test_other_port_of_a_listed_host_is_not_listed(
    remote: HostileServer, listed: RemoteSource, port: int
) -> None:
    path = remote_path(remote, width=100).replace(f"%3A{remote.port}%2F", f"%3A{port}%2F")
    found = ask(unsigned_path(path))

    assert found.status == 403
    assert not remote.requests


@pytest.mark.usefixtures("listed")
def test_unsigned_request_is_refused(remote: HostileServer) -> None:
    found = ask(unsigned_path(remote_path(remote, width=100)))

    assert (found.status, code_of(found)) == (403, "media.signature_needed")


@pytest.mark.usefixtures("listed")
def test_unsigned_request_is_served_in_development(
    remote: HostileServer, settings: Settings
) -> None:
    settings.MEDIA_ALLOWS_UNSIGNED = True

    assert ask(unsigned_path(remote_path(remote, width=100))).status == 200


@pytest.mark.usefixtures("listed")
def test_absent_picture_is_not_found_and_not_asked_for_again(remote: HostileServer) -> None:
    remote.behave = answering(404)
    path = remote_path(remote, width=100)

    codes = [code_of(ask(path)) for _ in range(2)]

    assert codes == ["media.source_missing"] * 2
    assert len(remote.requests) == 1


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "imaging.not_a_picture"),
        (b"<html>", "text/html", "media.source_not_a_picture"),
        (picture()[:500], "image/jpeg", "imaging.broken_picture"),
    ],
)
@pytest.mark.usefixtures("listed")
def test_original_that_is_no_picture_is_refused_and_not_tried_again(
    remote: HostileServer, body: bytes, headers: str, code: str
) -> None:
    remote.behave = answering(body=body, Content_Type=headers)
    path = remote_path(remote, width=100)

    found = [ask(path), ask(path)]

    assert [(each.status, code_of(each)) for each in found] == [(422, code)] * 2
    assert len(remote.requests) == 1


@pytest.mark.usefixtures("listed")
def test_failing_source_is_told_as_such_and_its_problem_is_not_kept(remote: HostileServer) -> None:
    remote.behave = answering(500)

    found = ask(remote_path(remote, width=100))

    assert (found.status, code_of(found)) == (502, "media.upstream_failed")
    assert found.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("listed")
def test_fallback_keeps_the_status_and_a_short_life(remote: HostileServer) -> None:
    remote.behave = answering(404)

    found = ask(remote_path(remote, width=120, height=80, fallback="blank", format="png"))

    assert (found.status, found.headers["Content-Type"]) == (404, "image/png")
    assert opened(found).size == (120, 80)
    assert found.headers["Cache-Control"] == "public, max-age=30"
    assert found.outcome == "fallback"


@pytest.mark.usefixtures("listed")
def test_operator_may_give_fallbacks_a_status_of_their_own(
    remote: HostileServer, settings: Settings
) -> None:
    settings.MEDIA_FALLBACK_STATUS = 200
    remote.behave = reset

    assert ask(remote_path(remote, width=120, fallback="blank")).status == 200


@pytest.mark.usefixtures("listed")
def test_fallback_opens_nothing_that_is_not_signed(remote: HostileServer) -> None:
    path = unsigned_path(remote_path(remote, width=100, fallback="blank"))

    assert code_of(ask(path)) == "media.signature_needed"


@pytest.mark.usefixtures("listed")
def test_unknown_fallback_is_told(remote: HostileServer) -> None:
    assert code_of(ask(remote_path(remote, fallback="unknown"))) == "media.bad_parameter"


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"width": "99999"}, "width"),
        ({"width": "-1"}, "width"),
        ({"quality": "0"}, "quality"),
        ({"fit": "squash"}, "fit"),
        ({"format": "svg"}, "format"),
        ({"background": "red"}, "background"),
        ({"colour": "1"}, "colour"),
        ({"expires": "soon"}, "expires"),
    ],
)
def test_wrong_parameter_is_named(parameters: dict[str, str], field: str) -> None:
    query = urlencode({"url": "http://a.test/a.jpg", **parameters})
    found = ask(f"/media/v1/remote?{query}")

    assert found.status == 400
    assert [each["field"] for each in orjson.loads(found.body)["errors"]] == [field]


def test_other_methods_are_refused() -> None:
    found = ask("/media/v1/remote", method="POST")

    assert (found.status, found.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.usefixtures("listed")
def test_picture_is_given_as_nothing_but_a_picture(remote: HostileServer) -> None:
    headers = ask(remote_path(remote, width=10)).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.usefixtures("listed")
def test_picture_for_whoever_has_the_url_is_public_and_one_that_expires_is_not(
    remote: HostileServer,
) -> None:
    public = ask(remote_path(remote, width=10)).headers
    private = ask(remote_path(remote, width=10, expires=4_000_000_000)).headers
    credited = ask(remote_path(remote, width=10), has_credentials=True).headers

    assert public["Cache-Control"].startswith("public")
    assert public["Cache-Tag"].startswith("remote-")
    assert private["Cache-Control"].startswith("private")
    assert "public" not in credited["Cache-Control"]
