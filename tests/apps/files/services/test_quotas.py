"""Quotas: room is reserved before bytes are taken, and released when they are gone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings

from apps.accounts.models import User
from apps.files.errors import QuotaExceeded
from apps.files.models import Usage
from apps.files.services import quotas
from apps.files.types import Concatenation, FileState, UploadState
from apps.kernel.errors import Invalid
from tests.factories.accounts import UserFactory
from tests.factories.files import (
    FileFactory,
    PendingFileFactory,
    UploadFactory,
    UploadPartFactory,
    UsageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_tiers(settings: Settings) -> None:
    settings.FILES_TIERS = {"free": 1000, "premium": 5000}


def used_by(user: User) -> int:
    return Usage.objects.get(user=user).used_bytes


def test_room_is_taken_and_given_back(owner: User) -> None:
    quotas.reserve(owner.pk, 700)
    quotas.release(owner.pk, 200)

    assert used_by(owner) == 500


def test_the_last_byte_fits_and_one_more_does_not(owner: User) -> None:
    quotas.reserve(owner.pk, 1000)

    with pytest.raises(QuotaExceeded, match="1000 of 1000 bytes are taken; 1 more do not fit"):
        quotas.reserve(owner.pk, 1)

    assert used_by(owner) == 1000


def test_what_is_given_back_twice_gives_no_room_beyond_all(owner: User) -> None:
    quotas.reserve(owner.pk, 100)

    quotas.release(owner.pk, 100)
    quotas.release(owner.pk, 100)

    assert used_by(owner) == 0


def test_the_tier_of_the_account_decides_unless_an_operator_does() -> None:
    paying = UserFactory.create(tier="premium")
    quotas.reserve(paying.pk, 5000)
    favoured = UsageFactory.create(tier="premium").user
    quotas.reserve(favoured.pk, 5000)
    other = UserFactory.create(tier="api")

    with pytest.raises(QuotaExceeded):
        quotas.reserve(other.pk, 1001)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_never_take_more_than_there_is() -> None:
    user = UserFactory.create()

    def took_room(_: int) -> bool:
        try:
            quotas.reserve(user.pk, 30)
        except QuotaExceeded:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=50) as pool:
        taken = sum(pool.map(took_room, range(50)))

    assert taken == 33
    assert used_by(user) == 33 * 30


def test_usage_is_set_right_by_what_is_there(owner: User, stranger: User) -> None:
    FileFactory.create(owner=owner, blob__size_bytes=100)
    PendingFileFactory.create(owner=owner, size_bytes=10)
    FileFactory.create(owner=owner, state=FileState.INFECTED)
    PendingFileFactory.create(owner=owner, state=FileState.REFUSED)
    UploadFactory.create(owner=owner, length_bytes=5, offset_bytes=1)
    UploadFactory.create(owner=owner, length_bytes=None, offset_bytes=2)
    UploadFactory.create(owner=owner, length_bytes=100, state=UploadState.COMPLETE)
    partial = UploadFactory.create(
        owner=owner, state=UploadState.COMPLETE, concatenation=Concatenation.PARTIAL
    )
    UploadPartFactory.create(upload=partial, size_bytes=3)
    FileFactory.create(owner=stranger)
    quotas.reserve(owner.pk, 500)

    assert quotas.users_off() == [owner.pk]
    assert quotas.reconcile(owner.pk) == 500 - 120
    assert used_by(owner) == 120
    assert quotas.reconcile(owner.pk) == 0
    assert quotas.users_off() == []


def test_only_a_tier_that_there_is_can_be_given(owner: User) -> None:
    with pytest.raises(Invalid):
        quotas.change_tier(owner.pk, tier="unheard of")

    quotas.change_tier(owner.pk, tier="premium")
    quotas.reserve(owner.pk, 5000)
    quotas.change_tier(owner.pk, tier="")
    with pytest.raises(QuotaExceeded):
        quotas.reserve(owner.pk, 1)
