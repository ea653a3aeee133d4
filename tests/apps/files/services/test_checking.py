"""Files are looked through once all their bytes are here, and only clean ones become clean."""

import hashlib
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.db import OperationalError
from pytest_django import Settings

from apps.accounts.models import User
from apps.files.errors import NotReady
from apps.files.fetching import Fetched
from apps.files.judging import Judgement, judged
from apps.files.models import File, Upload, UploadPart, Usage
from apps.files.names import content_name, quarantine_name
from apps.files.services import check_again, check_due, checking
from apps.files.services.claiming import claim_next
from apps.files.storages import current_storage
from apps.files.types import FileState, Purpose, Transport
from apps.imaging.errors import ImagingBusy
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from tests.apps.files.bringing import again, brought, bytes_of, stored
from tests.apps.files.conftest import told_of
from tests.apps.files.samples import EICAR, PDF, SVG, office, picture, text, zipped
from tests.apps.files.stubborn import StubbornScanner

pytestmark = pytest.mark.django_db


def _due_at(file: File) -> datetime:
    due_at = File.objects.get(pk=file.pk).due_at
    assert due_at is not None
    return due_at


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("parts", [1, 3])
def test_clean_file_lies_under_the_hash_of_its_bytes(owner: User, parts: int) -> None:
    content = text(100_000)
    file = brought(owner, content, parts=parts)

    assert check_due() == 1

    file = again(file)
    assert file.state == FileState.CLEAN
    assert file.blob is not None
    assert file.blob.object_name == content_name(_sha256(content))
    assert (file.blob.content_type, file.blob.size_bytes) == ("text/plain", len(content))
    assert stored() == {file.blob.object_name}
    assert bytes_of(file.blob.object_name) == content
    assert not UploadPart.objects.exists()
    assert (file.incoming_name, file.due_at, file.claimed_until) == ("", None, None)


def test_what_a_presigned_request_writes_meanwhile_is_not_kept(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = text(1000)
    file = brought(owner, content)
    Upload.objects.update(transport=Transport.DIRECT)
    part = UploadPart.objects.get()

    def meanwhile(looked_at: Fetched, *, name: str, purpose: Purpose) -> Judgement:
        current_storage().put(part.object_name, BytesIO(b"evil" * 250))
        return judged(looked_at, name=name, purpose=purpose)

    monkeypatch.setattr(checking, "judged", meanwhile)
    check_due()

    file = again(file)
    assert file.blob is not None
    assert bytes_of(file.blob.object_name) == content


def test_what_came_of_it_is_told_to_the_owner_and_the_scope(owner: User) -> None:
    scope = f"club:{new_id()}"
    file = brought(owner, text(10), scope=scope)

    check_due()

    told = told_of(file.public_id)[-1]
    assert told.topic == "files.file.scanned"
    assert told.payload["state"] == "clean"
    assert told.audience == (f"user:{owner.public_id}", scope)


def test_picture_is_decoded_and_its_size_known(owner: User) -> None:
    file = brought(owner, picture(width=80, height=60), name="photo.jpg", purpose="image")

    check_due()

    blob = again(file).blob
    assert blob is not None
    assert (blob.width, blob.height) == (80, 60)


@pytest.mark.parametrize(
    ("content", "name", "purpose", "reason"),
    [
        (SVG, "logo.svg", "image", "not allowed"),
        (SVG, "logo.png", "image", "not allowed"),
        (PDF, "photo.jpg", "image", "not allowed"),
        (picture("PNG"), "photo.jpg", "image", "not allowed"),
        (picture()[:500], "photo.jpg", "image", "broken"),
        (zipped({"a.txt": b"a"}), "report.docx", "document", "not allowed"),
        (office(), "report.xlsx", "document", "not allowed"),
        (zipped({"../a.txt": b"a"}), "all.zip", "archive", "outside"),
        (b"", "empty.txt", "document", "empty"),
    ],
)
def test_what_its_purpose_does_not_allow_is_refused_with_a_reason(
    owner: User, content: bytes, name: str, purpose: str, reason: str
) -> None:
    file = brought(owner, content, name=name, purpose=purpose)

    check_due()

    file = again(file)
    assert file.state == FileState.REFUSED
    assert reason in file.reason
    assert file.blob is None
    assert told_of(file.public_id)[-1].payload["reason"] == file.reason
    assert stored() == set()
    assert Usage.objects.get(user=owner).used_bytes == 0


def test_more_bytes_than_were_announced_are_refused(owner: User) -> None:
    file = brought(owner, text(1000))
    File.objects.update(size_bytes=900, incoming_name=UploadPart.objects.get().object_name)

    check_due()

    assert again(file).state == FileState.REFUSED


def test_infected_file_is_quarantined_and_takes_no_room(owner: User) -> None:
    content = text(1000, with_at={500: EICAR})
    file = brought(owner, content)

    check_due()

    file = again(file)
    assert file.state == FileState.INFECTED
    assert file.blob is not None
    assert (file.blob.state, file.blob.threat) == (FileState.INFECTED, "eicar_test_file")
    assert stored() == {quarantine_name(_sha256(content))}
    assert "eicar" not in file.reason
    assert Usage.objects.get(user=owner).used_bytes == 0


def test_while_a_scanner_is_down_everything_stays_pending(
    owner: User, stubborn: StubbornScanner
) -> None:
    file = brought(owner, text(100))
    stubborn.is_down = True

    assert check_due() == 0
    assert again(file).state == FileState.PENDING

    stubborn.is_down = False
    assert check_due() == 1
    assert again(file).state == FileState.CLEAN


def test_unknown_scanner_or_none_lets_nothing_become_clean(owner: User, settings: Settings) -> None:
    file = brought(owner, text(100))

    for names in ((), ("embedded", "mispelt")):
        settings.FILES_SCANNERS = names
        check_due()

    assert again(file).state == FileState.PENDING


def test_scanner_that_goes_down_in_the_middle_costs_the_file_nothing(
    owner: User, stubborn: StubbornScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = brought(owner, text(100))
    stubborn.is_down = True
    monkeypatch.setattr(stubborn, "signatures", lambda: "1")

    for _ in range(20):
        assert check_due() == 1
        assert File.objects.filter(pk=file.pk, due_at__gt=now()).exists()
        again(file)

    file = again(file)
    assert (file.state, file.failures) == (FileState.PENDING, 0)


def test_the_longer_a_file_waits_for_its_scanner_the_longer_is_its_pause(
    owner: User, stubborn: StubbornScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = brought(owner, text(100))
    stubborn.is_down = True
    monkeypatch.setattr(stubborn, "signatures", lambda: "1")

    pauses = []
    for waited in (timedelta(0), timedelta(minutes=4), timedelta(days=1)):
        File.objects.update(created_at=now() - waited, due_at=now())
        begun = now()
        check_due()
        pauses.append((_due_at(file) - begun).total_seconds())

    assert pauses == sorted(pauses)
    assert pauses[-1] <= checking.LONGEST_PAUSE_SECONDS * (1 + checking.JITTER) + 60


def test_busy_imaging_is_no_failure_of_the_picture(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: bytes) -> None:
        raise ImagingBusy

    monkeypatch.setattr("apps.files.judging.inspect", busy)
    file = brought(owner, picture(), name="photo.jpg", purpose="image")

    check_due()

    file = again(file)
    assert (file.state, file.failures) == (FileState.PENDING, 0)


def test_file_that_fails_again_and_again_is_given_up_and_told(
    owner: User, stubborn: StubbornScanner
) -> None:
    def break_down(_: bytes) -> str:
        raise RuntimeError("poison")

    stubborn.threat_in = break_down
    file = brought(owner, text(100))

    for _ in range(checking.MOST_FAILURES):
        assert again(file).state == FileState.PENDING
        check_due()

    assert again(file).state == FileState.ERROR
    assert told_of(file.public_id)[-1].payload["state"] == "error"
    assert stored(), "Its bytes are still there for another try."


def test_operator_may_ask_again_for_what_was_given_up(
    owner: User, stubborn: StubbornScanner
) -> None:
    file = brought(owner, text(100))
    File.objects.update(state=FileState.ERROR, due_at=None, failures=5, reason="Failed.")

    check_again(file.public_id)
    check_due()

    file = again(file)
    assert (file.state, file.reason) == (FileState.CLEAN, "")


def test_only_what_was_given_up_is_asked_for_again(owner: User) -> None:
    file = brought(owner, text(100))

    with pytest.raises(NotReady):
        check_again(file.public_id)
    with pytest.raises(NotFound):
        check_again(new_id())


def test_file_that_kills_its_worker_is_given_up_too(owner: User) -> None:
    file = brought(owner, text(100))

    for _ in range(checking.MOST_FAILURES):
        # Whoever claimed it is never heard of again.
        assert claim_next() is not None
        again(file)
    check_due()

    assert again(file).state == FileState.ERROR


def test_dead_database_is_not_taken_for_a_failure_of_the_file(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise OperationalError

    brought(owner, text(100))
    monkeypatch.setattr(checking, "settle", die)

    with pytest.raises(OperationalError):
        check_due()
