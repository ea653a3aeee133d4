"""The signed URLs of one file and its renditions, as one answer shows them."""

import pytest

from apps.accounts.models import User
from apps.files.api.urls_of_files import FileUrls
from apps.files.models import Blob, File
from apps.files.types import FileState, RenditionState
from tests.factories.files import BlobFactory, FileFactory, RenditionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(owner: User) -> File:
    blob = BlobFactory.create(content_type="image/jpeg", width=4000, height=3000)
    for name, width in (("full", 4000), ("150", 150)):
        RenditionFactory.create(blob=blob, name=name, width=width)
    RenditionFactory.create(blob=blob, name="600", width=None, state=RenditionState.FAILED)
    file: File = FileFactory.create(owner=owner, blob=blob, purpose="image")
    return file


def test_what_is_ready_has_a_url_and_the_smallest_comes_first(photo: File, owner: User) -> None:
    urls = FileUrls(photo, reader_id=owner.public_id)

    assert [each.name for each in urls.renditions] == ["600", "150", "full"]
    failed, small, _ = (urls.of_rendition(each) for each in urls.renditions)
    assert failed is None
    assert small is not None
    assert "rendition=150.webp" in small
    assert f"expires={int(urls.expires_at.timestamp())}" in small


def test_what_is_not_clean_has_none(photo: File, owner: User) -> None:
    Blob.objects.update(state=FileState.INFECTED)
    photo.refresh_from_db()
    urls = FileUrls(photo, reader_id=owner.public_id)

    assert urls.of_file(photo) is None
    assert urls.renditions == []
