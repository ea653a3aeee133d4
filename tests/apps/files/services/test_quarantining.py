"""Bytes that were clean once are given to nobody any more, at once and everywhere."""

import hashlib
import io

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.files.judging import INFECTED_REASON
from apps.files.models import Blob, File, Rendition, Usage
from apps.files.names import quarantine_name, rendition_name
from apps.files.services import check_due, quarantining
from apps.files.services.quarantining import condemn, quarantine, remove_remains
from apps.files.storages import current_storage
from apps.files.tags import tag_of
from apps.files.types import Checked, FileState, Verdict
from tests.apps.files.bringing import again, brought, bytes_of, stored
from tests.apps.files.conftest import told_of
from tests.apps.files.samples import text
from tests.factories.files import RenditionFactory

pytestmark = pytest.mark.django_db

CONTENT = text(1000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
FOUND = Verdict(outcome=Checked.INFECTED, engine="embedded", signatures="2", threat="newly known")


def _clean(owner: User) -> File:
    file = brought(owner, CONTENT)
    check_due()
    return again(file)


def _with_a_rendition(blob: Blob) -> str:
    made = rendition_name(blob.sha256, "300", "webp")
    current_storage().put(made, io.BytesIO(b"a picture"))
    RenditionFactory.create(blob=blob, object_name=made)
    return made


def test_bytes_are_kept_in_quarantine_and_nowhere_else(owner: User) -> None:
    _clean(owner)
    blob = Blob.objects.get()
    _with_a_rendition(blob)

    quarantine(blob, FOUND)

    assert stored() == {quarantine_name(SHA256)}
    assert bytes_of(quarantine_name(SHA256)) == CONTENT
    assert not Rendition.objects.exists()
    blob.refresh_from_db()
    assert (blob.state, blob.threat, blob.signatures) == ("infected", "newly known", "2")
    assert (blob.object_name, blob.claimed_until) == (quarantine_name(SHA256), None)


def test_everybody_who_had_them_is_told_and_pays_no_longer(owner: User, stranger: User) -> None:
    files = [_clean(owner), _clean(stranger)]

    quarantine(Blob.objects.get(), FOUND)

    for file in files:
        assert (again(file).state, again(file).reason) == (FileState.INFECTED, INFECTED_REASON)
        told = told_of(file.public_id)[-1]
        assert told.payload["state"] == "infected"
        assert told.audience == (f"user:{file.owner.public_id}",)
        assert "newly known" not in str(told.payload)
        assert Usage.objects.get(user=file.owner).used_bytes == 0


def test_caches_forget_what_was_made_of_it(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr(quarantining, "forget_tagged", forgotten.append)
    file = _clean(owner)

    quarantine(Blob.objects.get(), FOUND)

    assert forgotten == [tag_of(file.public_id)]


def test_what_another_worker_condemned_meanwhile_is_told_once(owner: User) -> None:
    file = _clean(owner)
    ours, theirs = Blob.objects.get(), Blob.objects.get()
    with transaction.atomic():
        condemn(theirs, FOUND)

    quarantine(ours, FOUND)

    assert [told.payload["state"] for told in told_of(file.public_id)] == ["clean", "infected"]
    assert Blob.objects.get().claimed_until, "Its remains are the other's to remove."


def test_blob_is_marked_until_its_remains_are_removed(owner: User) -> None:
    _clean(owner)
    blob = Blob.objects.get()
    served = {blob.object_name, _with_a_rendition(blob)}
    with transaction.atomic():
        condemn(blob, FOUND)
    assert Blob.objects.get().claimed_until
    assert served <= stored()

    for _ in range(2):
        remove_remains(blob)

    assert Blob.objects.get().claimed_until is None
    assert not served & stored()
