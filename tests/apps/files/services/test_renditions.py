"""Renditions: what is made of a picture, in which order, and what its owner hears of it."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.caching.models import Invalidation
from apps.cdn.models import Purge
from apps.files import services
from apps.files.models import Blob, File, Rendition
from apps.files.names import content_name
from apps.files.services import rendition_rows, renditions
from apps.files.storages import current_storage
from apps.files.types import FileState, RenditionState, Urgency
from apps.imaging.errors import ImagingBusy
from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from tests.apps.files.conftest import Club, told_of
from tests.apps.imaging.pictures import opened, photo, quarters, saved
from tests.factories.files import BlobFactory, FileFactory

pytestmark = pytest.mark.django_db

ALL = {(name, form) for name in ("150", "300", "600", "full") for form in ("webp", "jpeg")}


def brought(content: bytes, **fields: object) -> Blob:
    """Return the blob of a picture whose bytes are in the storage."""
    sha256 = hashlib.sha256(content).hexdigest()
    current_storage().put(content_name(sha256), BytesIO(content))
    blob: Blob = BlobFactory.create(
        sha256=sha256,
        size_bytes=len(content),
        content_type="image/jpeg",
        **{"width": 64, "height": 48, **fields},
    )
    return blob


@pytest.fixture
def picture() -> Blob:
    """A small picture."""
    return brought(saved(quarters(), "JPEG"))


def states(blob: Blob) -> set[str]:
    """Return the states its renditions are in."""
    return set(Rendition.objects.filter(blob=blob).values_list("state", flat=True))


def test_thumbnails_and_the_whole_picture_are_made_as_webp_and_jpeg() -> None:
    blob = brought(saved(photo(900, 600), "JPEG", quality=90), width=900, height=600)
    services.plan_renditions(blob, urgency=Urgency.INTERACTIVE)

    assert services.make_due_renditions() == 8

    made = Rendition.objects.filter(blob=blob)
    assert {(one.name, one.format) for one in made} == ALL
    for one in made:
        stored = opened(b"".join(current_storage().read(one.object_name)))
        assert stored.format == one.format.upper()
        assert stored.size == (one.width, one.height)
        assert one.state == RenditionState.READY
        assert one.size_bytes == current_storage().size(one.object_name)
    assert {(one.name, one.width, one.height) for one in made} == {
        ("150", 150, 100),
        ("300", 300, 200),
        ("600", 600, 400),
        ("full", 900, 600),
    }


def test_avif_is_made_where_it_is_set(picture: Blob, settings: Settings) -> None:
    settings.FILES_AVIF = True
    services.plan_renditions(picture, urgency=Urgency.BULK)

    assert services.make_due_renditions() == 12


def test_the_audience_of_every_file_hears_of_each_and_of_how_many_remain(
    picture: Blob, owner: User, club: Club
) -> None:
    file = FileFactory.create(blob=picture, owner=owner, scope=club.scope)
    other = FileFactory.create(blob=picture)
    services.plan_renditions(picture, urgency=Urgency.INTERACTIVE)

    services.make_due_renditions()

    told = told_of(file.public_id)
    assert {event.topic for event in told} == {"files.file.processed"}
    assert [event.payload["remaining"] for event in told] == [7, 6, 5, 4, 3, 2, 1, 0]
    assert {(event.payload["rendition"], event.payload["format"]) for event in told} == ALL
    # Thumbnails first: somebody waits for them.
    assert {event.payload["rendition"] for event in told[-2:]} == {"full"}
    assert told[0].audience == (f"user:{owner.public_id}", club.scope)
    assert len(told_of(other.public_id)) == 8


def test_bytes_that_were_brought_before_are_not_drawn_again_and_the_newcomer_hears_of_them(
    picture: Blob,
) -> None:
    services.plan_renditions(picture, urgency=Urgency.INTERACTIVE)
    services.make_due_renditions()
    file = FileFactory.create(blob=picture)

    services.plan_renditions(picture, urgency=Urgency.INTERACTIVE, file=file)

    assert services.make_due_renditions() == 0
    told = told_of(file.public_id)
    assert [event.payload["state"] for event in told] == ["ready"] * 8
    assert {event.payload["remaining"] for event in told} == {0}


def test_who_waits_goes_before_who_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[int] = []
    monkeypatch.setattr(renditions, "_make", lambda claim: order.append(claim.blob.pk))
    bulk = BlobFactory.create(width=1, height=1)
    services.plan_renditions(bulk, urgency=Urgency.BULK)
    interactive = BlobFactory.create(width=1, height=1)
    services.plan_renditions(interactive, urgency=Urgency.INTERACTIVE)

    assert services.make_due_renditions() == 16
    assert order == [interactive.pk, bulk.pk]


def test_interactive_runs_leave_the_others_alone(picture: Blob) -> None:
    services.plan_renditions(picture, urgency=Urgency.BULK)

    assert services.make_due_renditions(least_urgent=Urgency.INTERACTIVE) == 0


def test_what_is_planned_again_may_become_more_urgent_and_never_less(picture: Blob) -> None:
    for urgency in (Urgency.BULK, Urgency.INTERACTIVE, Urgency.BULK):
        services.plan_renditions(picture, urgency=urgency)

    assert set(Rendition.objects.values_list("urgency", flat=True)) == {Urgency.INTERACTIVE}
    assert Rendition.objects.count() == 8


def test_a_broken_picture_fails_with_a_reason_its_owner_can_read() -> None:
    blob = brought(saved(quarters(), "JPEG")[:-200])
    file = FileFactory.create(blob=blob)
    services.plan_renditions(blob, urgency=Urgency.INTERACTIVE)

    services.make_due_renditions()

    assert set(Rendition.objects.values_list("state", "reason")) == {
        ("failed", "The picture is damaged or cut off.")
    }
    assert [event.payload["state"] for event in told_of(file.public_id)] == ["failed"] * 8
    assert services.make_due_renditions() == 0


def test_a_picture_with_no_bytes_left_is_tried_again_and_given_up_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendition_rows, "PAUSES", (10, 30))
    blob = BlobFactory.create(width=64, height=48)
    services.plan_renditions(blob, urgency=Urgency.INTERACTIVE)

    moment = clock.now()
    for seconds, state in ((0, "pending"), (10, "pending"), (40, "failed")):
        at = moment + timedelta(seconds=seconds + 1)
        monkeypatch.setattr(renditions, "now", lambda at=at: at)
        monkeypatch.setattr(rendition_rows, "now", lambda at=at: at)
        assert services.make_due_renditions() == 8
        assert services.make_due_renditions() == 0
        assert states(blob) == {state}
    assert "operator" in Rendition.objects.earliest("id").reason


def test_imaging_that_is_busy_delays_renditions_and_fails_none(
    picture: Blob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise ImagingBusy

    with monkeypatch.context() as patched:
        patched.setattr(renditions, "render", busy)
        services.plan_renditions(picture, urgency=Urgency.INTERACTIVE)
        services.make_due_renditions()
    assert states(picture) == {RenditionState.PENDING}

    Rendition.objects.update(due_at=clock.now())
    services.make_due_renditions()
    assert states(picture) == {RenditionState.READY}


def test_one_picture_that_fails_oddly_does_not_keep_the_next_one_waiting(
    picture: Blob, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = BlobFactory.create(width=64, height=48)
    read = renditions._content_of

    def read_oddly(blob: Blob) -> bytes:
        if blob == odd:
            raise ZeroDivisionError
        return read(blob)

    monkeypatch.setattr(renditions, "_content_of", read_oddly)
    for blob in (odd, picture):
        services.plan_renditions(blob, urgency=Urgency.INTERACTIVE)

    services.make_due_renditions()

    assert (states(odd), states(picture)) == ({"pending"}, {"ready"})


def test_infected_pictures_are_not_touched(picture: Blob) -> None:
    services.plan_renditions(picture, urgency=Urgency.INTERACTIVE)
    Blob.objects.update(state=FileState.INFECTED)

    assert services.make_due_renditions() == 0


def test_what_a_killed_worker_held_is_made_by_another_after_the_lease(
    picture: Blob, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.plan_renditions(picture, urgency=Urgency.INTERACTIVE)
    killed = rendition_rows.claim_next(least_urgent=Urgency.BULK)
    assert killed
    assert services.make_due_renditions() == 0

    later = killed.until + timedelta(seconds=1)
    monkeypatch.setattr(rendition_rows, "now", lambda: later)
    assert services.make_due_renditions() == 8
    assert states(picture) == {RenditionState.READY}


def test_renditions_are_made_anew_when_an_operator_asks(picture: Blob) -> None:
    services.plan_renditions(picture, urgency=Urgency.INTERACTIVE)
    Rendition.objects.update(state=RenditionState.FAILED, reason="It could not.", failures=3)

    assert services.remake_renditions(picture.public_id, urgency=Urgency.BULK) == 8
    services.make_due_renditions()

    assert set(Rendition.objects.values_list("state", "reason", "failures")) == {("ready", "", 0)}


@pytest.fixture
def shown(picture: Blob, settings: Settings) -> File:
    """A file whose renditions were made, behind a CDN."""
    settings.CDN_PROVIDER = "http"
    file: File = FileFactory.create(blob=picture)
    services.plan_renditions(picture, urgency=Urgency.INTERACTIVE)
    services.make_due_renditions()
    return file


def test_what_is_made_for_the_first_time_is_in_no_cache(shown: File) -> None:
    assert not Invalidation.objects.exists()
    assert not Purge.objects.exists()


def test_caches_and_the_cdn_forget_what_is_to_be_made_anew(picture: Blob, shown: File) -> None:
    other = FileFactory.create(blob=picture)

    services.remake_renditions(picture.public_id)

    tags = {f"file-{shown.public_id}", f"file-{other.public_id}"}
    assert set(Invalidation.objects.values_list("subject", flat=True)) == tags
    assert set(Purge.objects.get().subjects) == tags


def test_caches_and_the_cdn_forget_what_they_took_before_it_was_made_anew(
    picture: Blob, shown: File
) -> None:
    services.remake_renditions(picture.public_id)
    Invalidation.objects.all().delete()
    Purge.objects.all().delete()

    services.make_due_renditions()

    tag = f"file-{shown.public_id}"
    assert set(Invalidation.objects.values_list("subject", flat=True)) == {tag}
    assert {tag for purge in Purge.objects.all() for tag in purge.subjects} == {tag}


@pytest.mark.parametrize("make", [new_id, lambda: BlobFactory.create().public_id])
def test_only_pictures_are_made_anew(make: Callable[[], object]) -> None:
    with pytest.raises(NotFound):
        services.remake_renditions(make(), urgency=Urgency.BULK)  # type: ignore[arg-type]


def test_a_file_that_was_deleted_meanwhile_is_told_nothing(picture: Blob) -> None:
    file = FileFactory.create(blob=picture)
    services.plan_renditions(picture, urgency=Urgency.INTERACTIVE)
    File.objects.all().delete()

    services.make_due_renditions()

    assert told_of(file.public_id) == []
