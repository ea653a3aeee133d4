"""Queries compiled once are run again with other values."""

from typing import Any
from uuid import UUID

import pytest
from django.db.models import Value

from apps.accounts.models import User
from apps.kernel.ids import new_id
from apps.kernel.prepared import (
    NotRepeatable,
    PreparedQuery,
    sentinel,
    template_of,
)

pytestmark = pytest.mark.django_db


def test_each_run_has_its_own_values(owner: User, stranger: User) -> None:
    name_of = PreparedQuery(
        lambda user_id, public_id: (
            User.objects.filter(pk=user_id, public_id=public_id)
            .annotate(text=Value("100 %"))
            .values_list("name", "text")
        ),
        user_id=int,
        public_id=UUID,
    )

    found = [name_of.first(user_id=user.pk, public_id=user.public_id) for user in (owner, stranger)]

    assert found == [(owner.name, "100 %"), (stranger.name, "100 %")]
    assert name_of.first(user_id=owner.pk, public_id=new_id()) is None


def test_value_that_is_computed_with_is_refused() -> None:
    computed = PreparedQuery(lambda user_id: User.objects.filter(pk=user_id + 1), user_id=int)

    with pytest.raises(NotRepeatable):
        computed.first(user_id=1)


def test_template_tells_places_and_constants() -> None:
    user_id: Any = sentinel(int)

    template = template_of(User.objects.filter(pk=user_id, name="a").values_list("pk"), [user_id])

    assert {number for number, _ in template.places} == {0, None}
    assert template.numbers == [0]
    assert "= $1::bigint" in template.rendered([int])
    assert "= 'a'" in template.rendered([int])
