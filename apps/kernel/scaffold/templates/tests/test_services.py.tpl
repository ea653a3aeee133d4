"""Creating, renaming and deleting ${words_plural}."""

from uuid import uuid4

import pytest

from apps.${app}.errors import NameTaken
from apps.${app}.models import ${Resource}
from apps.${app}.services import create_${resource}, delete_${resource}, rename_${resource}
from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.kernel.errors import NotFound
from tests.factories.${app} import ${Resource}Factory


def topics() -> list[str]:
    """The topics of what the log says of ${app}."""
    return [event.topic for event in latest_events(limit=9, topic_prefix="${app}.")]


def test_${resource}_is_created_and_announced_to_its_owner(owner: User) -> None:
    ${resource}_id = create_${resource}(owner_id=owner.pk, name="First")

    (event,) = latest_events(limit=9, topic_prefix="${app}.")
    assert ${Resource}.objects.get(public_id=${resource}_id).owner == owner
    assert event.topic == "${app}.${resource}.created"
    assert event.audience == (f"user:{owner.public_id}",)


def test_an_owner_has_no_two_of_the_same_name(owner: User) -> None:
    ${Resource}Factory.create(owner=owner, name="First")

    with pytest.raises(NameTaken, match="First"):
        create_${resource}(owner_id=owner.pk, name="First")

    assert topics() == []


def test_another_owner_may_use_the_same_name(owner: User, stranger: User) -> None:
    ${Resource}Factory.create(owner=owner, name="First")

    assert create_${resource}(owner_id=stranger.pk, name="First")


def test_${resource}_is_renamed_and_announced(owner: User) -> None:
    ${resource} = ${Resource}Factory.create(owner=owner, name="First")

    rename_${resource}(${resource}_id=${resource}.public_id, name="Second")

    ${resource}.refresh_from_db()
    assert ${resource}.name == "Second"
    assert topics() == ["${app}.${resource}.renamed"]


def test_the_same_name_again_is_no_news(owner: User) -> None:
    ${resource} = ${Resource}Factory.create(owner=owner, name="First")

    rename_${resource}(${resource}_id=${resource}.public_id, name="First")

    assert topics() == []


def test_${resource}_cannot_take_the_name_of_another(owner: User) -> None:
    ${Resource}Factory.create(owner=owner, name="First")
    ${resource} = ${Resource}Factory.create(owner=owner, name="Second")

    with pytest.raises(NameTaken):
        rename_${resource}(${resource}_id=${resource}.public_id, name="First")


def test_${resource}_is_deleted_and_announced(owner: User) -> None:
    ${resource} = ${Resource}Factory.create(owner=owner)

    delete_${resource}(${resource}_id=${resource}.public_id)

    assert not ${Resource}.objects.exists()
    assert topics() == ["${app}.${resource}.deleted"]


@pytest.mark.django_db
def test_what_does_not_exist_cannot_be_changed() -> None:
    with pytest.raises(NotFound):
        rename_${resource}(${resource}_id=uuid4(), name="Second")
    with pytest.raises(NotFound):
        delete_${resource}(${resource}_id=uuid4())
