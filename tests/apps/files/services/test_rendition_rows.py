"""Claims: one picture at a time, nobody twice, and nothing recorded by who lost the lease."""

from datetime import timedelta

import pytest

from apps.caching.models import Invalidation
from apps.files.models import Blob, Rendition
from apps.files.services import rendition_rows
from apps.files.services.rendition_rows import (
    Claim,
    claim_next,
    record_failed,
    record_ready,
    record_to_be_tried_again,
)
from apps.files.services.renditions import plan_renditions
from apps.files.types import RenditionState, Urgency
from apps.kernel import clock
from tests.factories.files import BlobFactory, FileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def blob() -> Blob:
    """A picture whose renditions are to be made."""
    blob: Blob = BlobFactory.create(width=64, height=48)
    plan_renditions(blob, urgency=Urgency.BULK)
    return blob


def claimed() -> Claim:
    """Return what is claimed next; there is something."""
    claim = claim_next(least_urgent=Urgency.BULK)
    assert claim
    return claim


def test_all_that_is_due_of_a_picture_is_claimed_at_once_and_once(blob: Blob) -> None:
    other = BlobFactory.create(width=64, height=48)
    plan_renditions(other, urgency=Urgency.BULK)

    first, second = claimed(), claimed()

    assert (first.blob, len(first.renditions)) == (blob, 8)
    assert (second.blob, len(second.renditions)) == (other, 8)
    assert claim_next(least_urgent=Urgency.BULK) is None


def test_what_is_due_later_is_left_alone(blob: Blob) -> None:
    Rendition.objects.update(due_at=clock.now() + timedelta(minutes=1))

    assert claim_next(least_urgent=Urgency.BULK) is None


@pytest.mark.parametrize(
    "record", [record_ready, lambda claim: record_failed(claim, "no"), record_to_be_tried_again]
)
def test_who_lost_the_lease_records_nothing(
    blob: Blob, record: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = claimed()
    later = lost.until + timedelta(seconds=1)
    with monkeypatch.context() as patched:
        patched.setattr(rendition_rows, "now", lambda: later)
        held = claimed()

    assert callable(record)
    assert record(lost) == 0

    assert set(Rendition.objects.values_list("state", "claimed_until")) == {
        (RenditionState.PENDING, held.until)
    }


def test_what_was_made_meanwhile_by_another_is_not_recorded_twice(blob: Blob) -> None:
    claim = claimed()

    assert (record_ready(claim), record_ready(claim)) == (8, 0)


def test_pauses_grow_and_end(blob: Blob) -> None:
    pauses = []
    for _ in rendition_rows.PAUSES:
        before = clock.now()
        assert record_to_be_tried_again(claimed()) == 0
        due = Rendition.objects.earliest("due_at").due_at
        pauses.append(round((due - before).total_seconds()))
        Rendition.objects.update(due_at=before)

    assert pauses == sorted(pauses)
    assert record_to_be_tried_again(claimed()) == 8
    assert set(Rendition.objects.values_list("state", flat=True)) == {RenditionState.FAILED}


def test_only_what_is_made_anew_is_forgotten_by_caches(blob: Blob) -> None:
    FileFactory.create(blob=blob)
    record_ready(claimed())
    assert not Invalidation.objects.exists()

    Rendition.objects.update(state=RenditionState.PENDING, object_name="renditions/it")
    record_ready(claimed())

    assert Invalidation.objects.exists()
