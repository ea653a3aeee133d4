"""An original is what its source is now: a file while it is clean, a remote one as it was last."""

import os
from datetime import timedelta
from hashlib import sha256

import pytest
from pytest_django import Settings

from apps.caching.layers.stack import stack
from apps.caching.services import clear
from apps.files.errors import NotReady, NotServed
from apps.files.models import File
from apps.files.services import delete_file
from apps.files.types import FileState
from apps.kernel import clock
from apps.media import originals
from apps.media.errors import SourceMissing, SourceNotAPicture, SourceTooLarge, UpstreamFailed
from apps.media.models import RemoteSource
from apps.media.types import OwnFile, Remote
from tests.apps.media.samples import ask, file_path, opened, own_file, picture, remote_path
from tests.hostile_server import HostileServer, answering, reset
from tests.processes import python_on_the_same_database

pytestmark = pytest.mark.django_db

_ASKING = """
import sys
from pathlib import Path
from django.conf import settings
settings.CACHING_DIR = Path({folder!r})
settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
from concurrent.futures import ThreadPoolExecutor
from tests.apps.media.samples import ask
say("ready")
sys.stdin.readline()
with ThreadPoolExecutor(25) as threads:
    found = list(threads.map(ask, [{path!r}] * 25))
say(sorted({{each.status for each in found}}))
from apps.imaging import services
services.close()
"""


def remote_of(server: HostileServer) -> Remote:
    return Remote(f"http://{server.host}:{server.port}/a.jpg")


def test_own_file_is_shown() -> None:
    found = ask(file_path(own_file(), width=100, format="png"))

    assert (found.status, opened(found).size) == (200, (100, 75))
    assert "file-" in found.headers.get("Cache-Tag", "")


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (FileState.PENDING, NotReady),
        (FileState.ERROR, NotReady),
        (FileState.REFUSED, NotServed),
        (FileState.INFECTED, NotServed),
    ],
)
def test_only_a_clean_file_is_an_original(state: FileState, error: type[Exception]) -> None:
    file = own_file(state=state)

    with pytest.raises(error):
        originals.original_of(OwnFile(file.public_id))


def test_file_that_is_no_picture_is_no_original() -> None:
    file = own_file(b"%PDF-1.7", content_type="application/pdf")

    with pytest.raises(SourceNotAPicture):
        originals.original_of(OwnFile(file.public_id))


def test_file_that_is_too_large_is_not_read(settings: Settings) -> None:
    settings.MEDIA_SOURCE_BYTES = 100
    source = OwnFile(own_file().public_id)
    original, _ = originals.original_of(source)

    with pytest.raises(SourceTooLarge):
        originals.content_of(source, original)


@pytest.mark.django_db(transaction=True)
def test_deleted_file_is_gone_at_once_with_all_its_pictures() -> None:
    file = own_file()
    path = file_path(file, width=100)
    etag = ask(path).headers["ETag"]

    delete_file(file.public_id, cause="owner")

    assert ask(path).status == 404
    assert ask(path, if_none_match=etag).status == 404


@pytest.mark.django_db(transaction=True)
def test_file_that_turns_out_to_be_infected_is_gone_at_the_next_look() -> None:
    file = own_file()
    path = file_path(file, width=100)
    assert ask(path).status == 200
    File.objects.filter(pk=file.pk).update(state=FileState.INFECTED)
    clear(namespace="media.files", reason="as quarantine forgets the tag of the file")

    assert ask(path).status == 403


@pytest.mark.usefixtures("listed")
def test_remote_picture_has_the_hash_of_its_bytes_as_its_version(remote: HostileServer) -> None:
    original, is_stale = originals.original_of(remote_of(remote))

    assert original.version == sha256(picture()).hexdigest()
    assert (original.content_type, original.etag, is_stale) == ("image/jpeg", '"one"', False)


@pytest.mark.usefixtures("listed")
def test_remote_picture_that_failed_is_served_stale_and_says_so(
    remote: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = remote_path(remote, width=100)
    fresh = ask(path)
    remote.behave = reset
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)

    found = ask(path)

    assert (found.status, found.outcome, found.body) == (200, "stale", fresh.body)
    assert found.headers["Cache-Control"] == "public, max-age=30"
    assert not found.repeatable_seconds


@pytest.mark.usefixtures("listed")
def test_picture_that_changed_has_another_tag(remote: HostileServer) -> None:
    path = remote_path(remote, width=100)
    before = ask(path).headers["ETag"]
    remote.behave = answering(body=picture(colour="red"), Content_Type="image/jpeg")
    stack().clear("media.remotes")

    found = ask(path, if_none_match=before)

    assert found.status == 200
    assert found.headers["ETag"] != before


@pytest.mark.usefixtures("listed")
def test_bytes_that_were_lost_are_fetched_again(remote: HostileServer) -> None:
    original, _ = originals.original_of(remote_of(remote))
    stack().clear("media.contents")

    assert originals.content_of(remote_of(remote), original) == picture()
    assert len(remote.requests) == 2


@pytest.mark.usefixtures("listed")
def test_bytes_that_are_others_by_now_are_not_taken_for_what_they_were(
    remote: HostileServer,
) -> None:
    original, _ = originals.original_of(remote_of(remote))
    stack().clear("media.contents")
    remote.behave = answering(body=picture(colour="red"), Content_Type="image/jpeg")

    with pytest.raises(UpstreamFailed, match="just changed"):
        originals.content_of(remote_of(remote), original)


@pytest.mark.usefixtures("listed")
def test_absent_picture_is_missing(remote: HostileServer) -> None:
    remote.behave = answering(410)

    with pytest.raises(SourceMissing):
        originals.original_of(remote_of(remote))


@pytest.mark.django_db(transaction=True)
def test_a_hundred_requests_to_four_processes_take_one_fetch(
    remote: HostileServer, settings: Settings
) -> None:
    RemoteSource.objects.create(scheme="http", host=remote.host, port=remote.port)
    path = remote_path(remote, width=100)
    script = _ASKING.format(folder=os.fspath(settings.CACHING_DIR), path=path)
    others = [python_on_the_same_database(script) for _ in range(4)]
    assert [other.line() for other in others] == ["ready"] * 4
    for other in others:
        other.tell("")

    assert [other.line() for other in others] == ["[200]"] * 4
    assert len(remote.requests) == 1
