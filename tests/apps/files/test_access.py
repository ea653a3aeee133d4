"""Who may read a file, who may bring one to others, and who hears of it."""

import pytest

from apps.accounts.models import User
from apps.files.access import audience_of, is_member, may_read, members_among
from apps.files.models import File
from tests.apps.files.conftest import Club
from tests.factories.files import FileFactory

pytestmark = pytest.mark.django_db


def test_who_brought_a_file_may_read_it_and_a_stranger_may_not(owner: User, stranger: User) -> None:
    file = FileFactory.create(owner=owner)

    assert may_read(file, user_id=owner.pk)
    assert not may_read(file, user_id=stranger.pk)


def test_members_of_its_scope_may_read_it_for_as_long_as_they_are(
    owner: User, teammate: User, stranger: User, club: Club
) -> None:
    file = FileFactory.create(owner=owner, scope=club.scope)

    assert may_read(file, user_id=teammate.pk)
    assert not may_read(file, user_id=stranger.pk)
    club.members.clear()
    assert not may_read(file, user_id=teammate.pk)


@pytest.mark.parametrize(
    "scope",
    [
        "",
        ":",
        "club",
        "club:",
        "club:x",
        "nobody:019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d",
        "club:../019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d",
        "club:019AB2D0-0D1E-7B3A-9C55-3E1F6A7B8C9D",
        "club:{019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d}",
    ],
)
def test_what_is_no_scope_has_no_members(scope: str, teammate: User, club: Club) -> None:
    assert not is_member(scope, user_id=teammate.pk)


def test_a_scope_is_asked_once_for_many(
    owner: User, teammate: User, stranger: User, club: Club
) -> None:
    club.members.add(owner.pk)

    found = members_among(club.scope, user_ids=[owner.pk, teammate.pk, stranger.pk])

    assert found == {owner.pk, teammate.pk}


def test_the_owner_and_the_scope_hear_of_it(owner: User, club: Club) -> None:
    alone: File = FileFactory.create(owner=owner)
    shared: File = FileFactory.create(owner=owner, scope=club.scope)

    assert audience_of(alone) == (f"user:{owner.public_id}",)
    assert audience_of(shared) == (f"user:{owner.public_id}", club.scope)
