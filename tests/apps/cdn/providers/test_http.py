"""Caches that take PURGE and BAN: each of them is told, and each must have understood."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from apps.cdn.errors import NotTaken, PurgeRefused
from apps.cdn.providers.http import Http
from apps.cdn.types import Target
from tests.hostile_server import HostileServer, answering, hostile_server


@pytest.fixture
def cache(settings: Settings) -> Iterator[HostileServer]:
    with hostile_server() as server:
        settings.CDN_PURGE_BASES = (f"http://127.0.0.1:{server.port}",)
        yield server


def test_url_is_purged_under_its_own_host(cache: HostileServer) -> None:
    Http().purge(Target.URLS, ["https://cdn.example.com/a?b=1", "https://cdn.example.com"])

    told = {(each.method, each.headers["host"], each.path) for each in cache.requests}
    assert told == {
        ("PURGE", "cdn.example.com", "/a?b=1"),
        ("PURGE", "cdn.example.com", "/"),
    }


def test_tags_are_banned_by_name_and_by_pattern(cache: HostileServer) -> None:
    Http().purge(Target.TAGS, ["file-1", "a.b"])

    (request,) = cache.requests
    assert request.method == "BAN"
    assert request.headers["surrogate-key"] == "file-1 a.b"
    assert request.headers["x-ban-pattern"] == r"(^|\s)(file\-1|a\.b)(\s|$)"


def test_everything_is_banned_without_a_tag(cache: HostileServer) -> None:
    Http().purge(Target.EVERYTHING, [])

    (request,) = cache.requests
    assert (request.method, "surrogate-key" in request.headers) == ("BAN", False)


def test_every_cache_is_told(cache: HostileServer, settings: Settings) -> None:
    with hostile_server() as other:
        settings.CDN_PURGE_BASES = (
            f"http://127.0.0.1:{cache.port}",
            f"http://127.0.0.1:{other.port}",
        )

        Http().purge(Target.TAGS, ["file-1"])

        assert len(cache.requests) == len(other.requests) == 1


@pytest.mark.parametrize("status", [200, 204, 404, 412])
def test_what_was_not_there_is_as_good_as_purged(cache: HostileServer, status: int) -> None:
    cache.behave = answering(status)

    Http().purge(Target.URLS, ["https://cdn.example.com/a"])


@pytest.mark.parametrize("status", [301, 401, 403, 405, 500, 501, 503])
def test_cache_that_does_not_obey_is_told_again(cache: HostileServer, status: int) -> None:
    cache.behave = answering(status, Retry_After="3")

    with pytest.raises(NotTaken, match=f"answered {status} to PURGE") as caught:
        Http().purge(Target.URLS, ["https://cdn.example.com/a"])

    assert caught.value.pause_seconds == 3


def test_url_that_a_cache_cannot_read_is_refused(cache: HostileServer) -> None:
    cache.behave = answering(414)

    with pytest.raises(PurgeRefused):
        Http().purge(Target.URLS, ["https://cdn.example.com/a"])


def test_dead_cache_is_told_again(settings: Settings) -> None:
    settings.CDN_PURGE_BASES = ("http://127.0.0.1:9",)

    with pytest.raises(NotTaken):
        Http().purge(Target.EVERYTHING, [])
