"""What came of looking through a file is written down, and its bytes find their one place."""

import hashlib
from typing import Any

import pytest

from apps.accounts.models import User
from apps.files.errors import ObjectMissing
from apps.files.judging import INFECTED_REASON, Judgement, refusal
from apps.files.models import Blob, File, Rendition, Usage
from apps.files.names import content_name, quarantine_name
from apps.files.services import check_due, settling
from apps.files.services.claiming import Lease, LeaseLost, claim_next
from apps.files.services.settling import settle
from apps.files.storages import current_storage
from apps.files.types import Checked, FileState, Verdict
from apps.kernel.clock import now
from tests.apps.files.bringing import again, brought, stored
from tests.apps.files.conftest import told_of
from tests.apps.files.samples import picture, text
from tests.apps.files.stubborn import StubbornScanner

pytestmark = pytest.mark.django_db

CONTENT = text(5000)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _judgement(content: bytes, *, threat: str = "", **seen: Any) -> Judgement:
    """What scanners, and for a picture imaging, said of some content."""
    outcome = Checked.INFECTED if threat else Checked.CLEAN
    return Judgement(
        state=FileState(outcome.value),
        sha256=_sha256(content),
        content_type="text/plain",
        reason=INFECTED_REASON if threat else "",
        verdict=Verdict(outcome=outcome, engine="stubborn", signatures="1", threat=threat),
        **seen,
    )


def _claimed(owner: User, content: bytes, **brought_as: Any) -> tuple[File, Lease]:
    """A file that this worker has just composed."""
    brought(owner, content, **brought_as)
    file = claim_next()
    assert file is not None
    (file.incoming_name,) = stored("incoming/")
    file.save()
    return file, Lease(file)


def test_clean_bytes_lie_under_their_hash_alone(owner: User) -> None:
    file, lease = _claimed(owner, CONTENT)

    settle(file, _judgement(CONTENT), lease)

    blob = Blob.objects.get()
    assert (blob.state, blob.content_type, blob.engine) == ("clean", "text/plain", "stubborn")
    assert stored() == {blob.object_name} == {content_name(_sha256(CONTENT))}
    file = again(file)
    assert (file.state, file.blob, file.incoming_name) == ("clean", blob, "")
    assert [told.payload["state"] for told in told_of(file.public_id)] == ["clean"]


def test_infected_bytes_lie_in_quarantine_alone_and_take_no_room(owner: User) -> None:
    file, lease = _claimed(owner, CONTENT)

    settle(file, _judgement(CONTENT, threat="Win.Trojan.Agent"), lease)

    assert stored() == {quarantine_name(_sha256(CONTENT))}
    assert Usage.objects.get().used_bytes == 0
    assert [told.payload["reason"] for told in told_of(file.public_id)] == [INFECTED_REASON]


def test_of_refused_bytes_nothing_is_left_but_the_reason(owner: User) -> None:
    file, lease = _claimed(owner, CONTENT)

    settle(file, refusal("It is empty."), lease)

    file = again(file)
    assert (file.state, file.reason, file.blob) == (FileState.REFUSED, "It is empty.", None)
    assert (stored(), Usage.objects.get().used_bytes) == (set(), 0)
    assert not Blob.objects.exists()


def test_who_lost_the_file_settles_nothing(owner: User) -> None:
    file, lease = _claimed(owner, CONTENT)
    incoming = file.incoming_name
    File.objects.update(claimed_until=None)

    with pytest.raises(LeaseLost):
        settle(file, _judgement(CONTENT, threat="found"), lease)

    assert again(file).state == FileState.PENDING
    assert incoming in stored()
    assert told_of(file.public_id) == []
    assert Usage.objects.get().used_bytes == len(CONTENT)
    assert not Blob.objects.exists()


def test_thumbnails_are_planned_of_pictures_alone(owner: User) -> None:
    settle(*_settled_with(owner, CONTENT))
    assert not Rendition.objects.exists()

    settle(*_settled_with(owner, picture(), width=64, height=48))
    assert set(Rendition.objects.values_list("state", flat=True)) == {"pending"}


def _settled_with(owner: User, content: bytes, **seen: Any) -> tuple[File, Judgement, Lease]:
    file, lease = _claimed(owner, content)
    return file, _judgement(content, **seen), lease


def test_bytes_that_are_removed_between_copy_and_row_are_missed(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = settling._copy

    def copy_in_vain(*args: Any) -> None:
        copy(*args)
        current_storage().delete([content_name(_sha256(CONTENT))])

    file, lease = _claimed(owner, CONTENT)
    monkeypatch.setattr(settling, "_copy", copy_in_vain)

    with pytest.raises(ObjectMissing):
        settle(file, _judgement(CONTENT), lease)

    assert again(file).state == FileState.PENDING
    assert file.incoming_name in stored(), "Its bytes are still there for another try."


def test_same_bytes_are_kept_once(owner: User, stranger: User) -> None:
    content = text(5000)
    files = [brought(owner, content), brought(stranger, content, name="mine.txt")]

    assert check_due() == 2

    blobs = {again(file).blob for file in files}
    assert len(blobs) == 1
    assert stored() == {content_name(_sha256(content))}


def test_bytes_that_somebody_deleted_a_moment_ago_are_in_use_again(owner: User) -> None:
    content = text(5000)
    file = brought(owner, content)
    check_due()
    Blob.objects.update(unused_at=now())
    File.objects.filter(pk=file.pk).delete()

    brought(owner, content)
    check_due()

    assert Blob.objects.get().unused_at is None


def test_bytes_found_infected_on_their_second_arrival_are_taken_from_the_first(
    owner: User, stranger: User, stubborn: StubbornScanner
) -> None:
    content = text(1000)
    first = brought(owner, content)
    check_due()
    stubborn.threat_in = lambda _: "newly known"

    second = brought(stranger, content)
    check_due()

    assert {again(first).state, again(second).state} == {FileState.INFECTED}
    assert stored() == {quarantine_name(_sha256(content))}
    assert [event.payload["state"] for event in told_of(first.public_id)] == ["clean", "infected"]


def test_bytes_that_were_infected_once_stay_so(
    owner: User, stranger: User, stubborn: StubbornScanner
) -> None:
    content = text(1000)
    stubborn.threat_in = lambda _: "known"
    brought(owner, content)
    check_due()
    stubborn.threat_in = lambda _: ""
    # Quarantine is emptied now and then.
    current_storage().delete([quarantine_name(_sha256(content))])

    file = brought(stranger, content)
    check_due()

    assert again(file).state == FileState.INFECTED
    assert stored() == set()
