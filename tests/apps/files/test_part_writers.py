"""Parts grow where a storage lets them, and are whole objects elsewhere, never larger than told."""

import pytest

from apps.files import part_writers
from apps.files.models import Upload
from apps.files.part_writers import GrowingPart, WholeParts, part_writer
from apps.files.storages import storage_named
from tests.factories.files import UploadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(monkeypatch: pytest.MonkeyPatch) -> Upload:
    monkeypatch.setattr(part_writers, "PART_BYTES", 10)
    upload: Upload = UploadFactory.create(generation=3)
    return upload


def test_growing_part_is_one_and_there_at_once(upload: Upload) -> None:
    writer = part_writer(storage_named("local"), upload, first_number=2)
    assert isinstance(writer, GrowingPart)
    assert writer.finish() == []

    for block in (b"a" * 12, b"b" * 3):
        writer.write(block)

    (part,) = writer.finish()
    assert part.object_name.endswith("/2-3")
    assert b"".join(storage_named("local").read(part.object_name)) == b"a" * 12 + b"b" * 3


def test_whole_parts_are_as_large_as_told_but_the_last(upload: Upload) -> None:
    writer = WholeParts(storage_named("local"), upload, 2)

    writer.write(b"a" * 25)
    before = [part.size_bytes for part in writer.written()]
    writer.write(b"b" * 6)
    parts = writer.finish()

    assert before == [10, 10]
    assert [(part.object_name[-3:], part.size_bytes) for part in parts] == [
        ("2-3", 10),
        ("3-3", 10),
        ("4-3", 10),
        ("5-3", 1),
    ]
