"""Who sees which ${words_plural}."""

from apps.${app}.selectors import ${plural}_of
from apps.accounts.models import User
from tests.factories.${app} import ${Resource}Factory


def test_owners_see_their_own_and_nobody_elses(owner: User, stranger: User) -> None:
    ${resource} = ${Resource}Factory.create(owner=owner)

    assert list(${plural}_of(owner_id=owner.pk)) == [${resource}]
    assert list(${plural}_of(owner_id=stranger.pk)) == []
