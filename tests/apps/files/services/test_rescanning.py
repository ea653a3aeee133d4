"""What was clean is looked at again once more is known, and taken away where something is found."""

import hashlib
import io

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.cdn.models import Purge
from apps.files.errors import NotServed
from apps.files.models import Blob, File, Rendition, Usage
from apps.files.names import quarantine_name, rendition_name
from apps.files.selectors import servable
from apps.files.services import check_due, quarantining, request_rescan, rescan_due
from apps.files.storages import current_storage
from apps.files.tags import tag_of
from apps.files.types import FileState
from apps.kernel.clock import now
from tests.apps.files.bringing import again, brought, stored
from tests.apps.files.conftest import told_of
from tests.apps.files.samples import text
from tests.apps.files.stubborn import StubbornScanner
from tests.factories.files import RenditionFactory

pytestmark = pytest.mark.django_db


def _clean(owner: User, content: bytes) -> File:
    file = brought(owner, content)
    check_due()
    return again(file)


def test_nothing_is_looked_at_again_while_nothing_new_is_known(
    owner: User, stubborn: StubbornScanner
) -> None:
    _clean(owner, text(100))

    assert rescan_due() == 0
    assert len(stubborn.read) == 1


def test_with_new_signatures_everything_clean_is_looked_at_once_more(
    owner: User, stubborn: StubbornScanner
) -> None:
    for number in range(3):
        _clean(owner, text(100 + number))
    stubborn.version = "2"

    assert rescan_due() == 3
    assert rescan_due() == 0
    assert set(Blob.objects.values_list("signatures", flat=True)) == {"stubborn 2"}
    assert Blob.objects.filter(state=FileState.CLEAN, claimed_until=None).count() == 3


def test_operator_may_ask_for_it_where_no_version_tells(
    owner: User, stubborn: StubbornScanner
) -> None:
    _clean(owner, text(100))

    assert request_rescan() == 1
    assert rescan_due() == 1
    assert len(stubborn.read) == 2


def test_bytes_found_infected_are_taken_from_everybody_at_once(
    owner: User, stranger: User, stubborn: StubbornScanner, settings: Settings
) -> None:
    settings.CDN_PROVIDER = "http"
    content = text(1000)
    sha256 = hashlib.sha256(content).hexdigest()
    files = [_clean(owner, content), _clean(stranger, content)]
    blob = Blob.objects.get()
    made = rendition_name(sha256, "300", "webp")
    current_storage().put(made, io.BytesIO(b"a picture"))
    RenditionFactory.create(blob=blob, object_name=made)
    stubborn.version, stubborn.threat_in = "2", lambda _: "newly known"

    assert rescan_due() == 1

    assert {again(file).state for file in files} == {FileState.INFECTED}
    for file in files:
        with pytest.raises(NotServed):
            servable(file.public_id)
        assert told_of(file.public_id)[-1].payload["state"] == "infected"
        assert Usage.objects.get(user=file.owner).used_bytes == 0
    assert stored() == {quarantine_name(sha256)}
    assert not Rendition.objects.exists()
    blob.refresh_from_db()
    assert (blob.threat, blob.claimed_until) == ("newly known", None)
    purged = {subject for purge in Purge.objects.all() for subject in purge.subjects}
    assert purged == {tag_of(file.public_id) for file in files}


def test_scanner_that_is_down_puts_it_off(owner: User, stubborn: StubbornScanner) -> None:
    file = _clean(owner, text(100))
    stubborn.version, stubborn.is_down = "2", True

    assert rescan_due() == 0
    assert again(file).state == FileState.CLEAN

    stubborn.is_down = False
    assert rescan_due() == 1


def test_scanner_that_goes_down_in_the_middle_leaves_it_due(
    owner: User, stubborn: StubbornScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    _clean(owner, text(100))
    stubborn.is_down = True
    monkeypatch.setattr(stubborn, "signatures", lambda: "2")

    assert rescan_due() == 0
    assert Blob.objects.get().claimed_until is None


def test_one_that_cannot_be_looked_at_holds_up_no_other(
    owner: User, stubborn: StubbornScanner
) -> None:
    lost, _ = _clean(owner, text(100)), _clean(owner, text(200))
    assert lost.blob is not None
    current_storage().delete([lost.blob.object_name])
    stubborn.version = "2"

    assert rescan_due() == 2
    assert rescan_due() == 0
    assert Blob.objects.filter(signatures="stubborn 2").count() == 1


def test_worker_that_dies_before_it_removed_the_bytes_leaves_that_to_the_next(
    owner: User, stubborn: StubbornScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = text(1000)
    _clean(owner, content)
    stubborn.version, stubborn.threat_in = "2", lambda _: "newly known"
    with monkeypatch.context() as patch:
        patch.setattr(quarantining, "remove_remains", lambda _: None)
        rescan_due()
    assert len(stored()) == 2

    rescan_due()

    assert stored() == {quarantine_name(hashlib.sha256(content).hexdigest())}


def test_blob_that_another_worker_looks_at_is_left_to_it(
    owner: User, stubborn: StubbornScanner
) -> None:
    _clean(owner, text(100))
    stubborn.version = "2"
    Blob.objects.update(claimed_until=now().replace(year=now().year + 1))

    assert rescan_due() == 0


def test_remains_are_removed_only_of_what_is_infected(owner: User) -> None:
    _clean(owner, text(100))
    blob = Blob.objects.get()
    blob.claimed_until = now()
    blob.save()

    rescan_due()

    assert stored() == {blob.object_name}
