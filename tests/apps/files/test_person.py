"""A person's page shows their files and how much room is left, and lets one be deleted."""

import pytest

from apps.accounts.models import User
from apps.console.types import Order, Person, Tone
from apps.files.models import File
from apps.files.person import SECTION
from apps.kernel.errors import NotFound
from tests.factories.files import FileFactory, PendingFileFactory, UsageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(owner: User) -> Person:
    return Person(id=owner.pk, public_id=owner.public_id)


def test_room_is_told(person: Person, owner: User) -> None:
    UsageFactory.create(user=owner, used_bytes=1000 * 1024**2)

    room, tier = SECTION.facts(person)

    assert room.text == "1000.0\xa0MB of 1.0\xa0GB"
    assert room.tone is Tone.WARN
    assert tier.text == "free"


def test_files_are_told_newest_first_and_page_by_page(person: Person, owner: User) -> None:
    older = FileFactory.create(owner=owner)
    newer = PendingFileFactory.create(owner=owner, state="refused", reason="It is no picture.")
    FileFactory.create()

    first = SECTION.entries(person, None, 1)
    rest = SECTION.entries(person, first[0].key, 5)

    assert [entry.key for entry in (*first, *rest)] == [newer.public_id, older.public_id]
    assert first[0].title == "plan.pdf: refused"
    assert "It is no picture." in first[0].detail


def test_a_file_is_deleted_and_nobody_elses(person: Person, owner: User, staff: User) -> None:
    (delete,) = SECTION.actions
    mine, others = FileFactory.create(owner=owner), FileFactory.create()

    delete.run(Order(person=person, target=mine.public_id, by=staff.pk))
    with pytest.raises(NotFound):
        delete.run(Order(person=person, target=others.public_id, by=staff.pk))

    assert list(File.objects.all()) == [others]
