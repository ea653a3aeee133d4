"""Lists of sync are searched by what identifies somebody, and by nothing else."""

import pytest
from django.contrib.admin import site
from django.test import RequestFactory

from apps.sync.admin import ConflictAdmin
from apps.sync.models import SyncConflict
from tests.factories.sync import ConflictFactory

pytestmark = pytest.mark.django_db


def found(term: str) -> list[SyncConflict]:
    page = ConflictAdmin(SyncConflict, site)
    rows, _ = page.get_search_results(
        RequestFactory().get("/"), SyncConflict.objects.order_by("pk"), term
    )
    return list(rows)


def test_rows_are_found_by_person_device_and_themselves() -> None:
    conflict, _ = ConflictFactory.create(), ConflictFactory.create()
    assert conflict.state is not None

    for term in (
        conflict.user.email,
        conflict.user.public_id,
        conflict.state.public_id,
        conflict.public_id,
    ):
        assert found(f" {term} ") == [conflict]


def test_nothing_is_searched_by_a_word_and_all_is_shown_without_one() -> None:
    ConflictFactory.create()

    assert found("requests") == []
    assert len(found(" ")) == 1
