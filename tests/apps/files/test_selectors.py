"""Reads of files: whose they are, what of them may be served, and how much room they take."""

import pytest

from apps.accounts.models import User
from apps.files.errors import NotReady, NotServed
from apps.files.models import File
from apps.files.selectors import (
    files_in,
    files_of,
    processable,
    readable_file,
    servable,
    usage_of,
)
from apps.files.types import Disposition, FileState, RenditionState
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from tests.apps.files.conftest import Club
from tests.factories.files import (
    BlobFactory,
    FileFactory,
    PendingFileFactory,
    RenditionFactory,
    UsageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(owner: User) -> File:
    """A photo whose renditions are there."""
    blob = BlobFactory.create(content_type="image/jpeg", width=4000, height=3000)
    for name in ("full", "300"):
        RenditionFactory.create(blob=blob, name=name, format="jpeg")
        RenditionFactory.create(blob=blob, name=name, format="webp")
    return FileFactory.create(owner=owner, name="Sommer.JPG", blob=blob, purpose="image")


def test_files_are_those_of_who_asks_and_of_scopes_they_belong_to(
    owner: User, teammate: User, stranger: User, club: Club
) -> None:
    file = FileFactory.create(owner=owner, scope=club.scope)

    assert list(files_of(user_id=owner.pk)) == [file]
    assert not files_of(user_id=teammate.pk)
    assert list(files_in(club.scope, user_id=teammate.pk)) == [file]
    assert not files_in(club.scope, user_id=stranger.pk)
    assert not files_in("", user_id=owner.pk)
    assert readable_file(file.public_id, user_id=teammate.pk) == file
    with pytest.raises(NotFound):
        readable_file(file.public_id, user_id=stranger.pk)


def test_a_clean_document_is_served_as_it_was_brought(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    assert file.blob is not None

    content = servable(file.public_id)

    assert (content.object_name, content.storage) == (file.blob.object_name, "local")
    assert content.etag == content.sha256 == file.blob.sha256
    assert (content.name, content.content_type) == ("plan.pdf", "application/pdf")


def test_a_photo_is_never_served_as_it_was_brought(photo: File) -> None:
    assert photo.blob is not None

    content = servable(photo.public_id)

    assert content.object_name != photo.blob.object_name
    assert (content.name, content.content_type) == ("Sommer.webp", "image/webp")
    assert content.etag != photo.blob.sha256
    assert processable(photo.public_id).object_name == photo.blob.object_name


def test_a_rendition_is_served_by_its_name_and_format(photo: File) -> None:
    assert servable(photo.public_id, rendition="300").name == "Sommer-300.webp"
    content = servable(photo.public_id, rendition="300.jpeg")

    assert (content.name, content.content_type) == ("Sommer-300.jpeg", "image/jpeg")
    for unknown in ("301", "300.gif", "", ".webp", "../300"):
        if unknown:
            with pytest.raises(NotFound):
                servable(photo.public_id, rendition=unknown)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (FileState.PENDING, NotReady),
        (FileState.ERROR, NotReady),
        (FileState.INFECTED, NotServed),
        (FileState.REFUSED, NotServed),
    ],
)
def test_only_what_is_clean_is_served_or_processed(
    state: FileState, error: type[Exception], owner: User
) -> None:
    file = PendingFileFactory.create(owner=owner, state=state, reason="It is not a picture.")

    for read in (servable, processable):
        with pytest.raises(error):
            read(file.public_id)


def test_a_blob_that_was_quarantined_since_is_not_served(owner: User) -> None:
    file = FileFactory.create(owner=owner, blob__state=FileState.INFECTED)

    with pytest.raises(NotServed):
        servable(file.public_id)


def test_a_photo_without_its_rendition_is_not_served(owner: User) -> None:
    blob = BlobFactory.create(content_type="image/png")
    file = FileFactory.create(owner=owner, blob=blob)
    with pytest.raises(NotFound):
        servable(file.public_id)
    made = RenditionFactory.create(blob=blob, name="full", state=RenditionState.PENDING)
    with pytest.raises(NotReady):
        servable(file.public_id)
    made.state, made.reason = RenditionState.FAILED, "The picture is broken."
    made.save()
    with pytest.raises(NotServed, match="The picture is broken"):
        servable(file.public_id)


def test_what_is_not_there_is_not_found() -> None:
    for read in (servable, processable):
        with pytest.raises(NotFound):
            read(new_id())


def test_a_rendition_made_anew_has_another_etag(photo: File) -> None:
    before = servable(photo.public_id).etag
    for rendition in photo.blob.renditions.all() if photo.blob else ():
        rendition.save()

    assert servable(photo.public_id).etag != before


def test_without_a_purpose_nothing_is_shown_in_place(photo: File) -> None:
    photo.purpose = "gone"
    photo.save()

    assert servable(photo.public_id).disposition is Disposition.ATTACHMENT


def test_usage_is_known_also_of_who_never_took_room(owner: User) -> None:
    assert usage_of(user_id=owner.pk).used_bytes == 0
    UsageFactory.create(user=owner, used_bytes=5)
    assert usage_of(user_id=owner.pk).used_bytes == 5
