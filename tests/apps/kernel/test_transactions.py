"""What joins a whole transaction shares its fate; alone it is atomic."""

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.kernel.transactions import joining, whole

pytestmark = pytest.mark.django_db(transaction=True)


class Unwanted(Exception):
    """Ends a service."""


@joining
def rename_twice(user: User) -> None:
    rename(user, "Ada")
    rename(user, "Eve", fails=True)


@joining
def rename(user: User, name: str, *, fails: bool = False) -> None:
    assert connection.in_atomic_block
    User.objects.filter(pk=user.pk).update(name=name)
    if fails:
        raise Unwanted


def name_of(user: User) -> str:
    return User.objects.get(pk=user.pk).name


def test_alone_it_is_kept_or_nothing_is(owner: User) -> None:
    rename(owner, "Ada")

    with pytest.raises(Unwanted):
        rename(owner, "Eve", fails=True)

    assert name_of(owner) == "Ada"


def test_within_a_whole_transaction_all_goes_together(owner: User) -> None:
    former = owner.name

    with pytest.raises(Unwanted), whole():
        rename_twice(owner)

    assert name_of(owner) == former
    assert not connection.in_atomic_block


def test_within_a_whole_transaction_there_is_no_savepoint(owner: User) -> None:
    with whole():
        rename(owner, "Ada")
        assert connection.savepoint_ids == []

    assert name_of(owner) == "Ada"


def test_after_a_failed_whole_a_service_is_atomic_again(owner: User) -> None:
    with pytest.raises(Unwanted), whole():
        rename(owner, "Eve", fails=True)

    with pytest.raises(Unwanted):
        rename(owner, "Eve", fails=True)
    assert name_of(owner) == owner.name
