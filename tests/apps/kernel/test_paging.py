"""Few rows are counted, many are estimated, and no page lies too far back."""

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.kernel import paging
from apps.kernel.paging import EstimatingPaginator, estimated_count
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def _analyzed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_user")


def test_few_rows_are_counted() -> None:
    UserFactory.create_batch(3)

    assert EstimatingPaginator(User.objects.order_by("id"), 2).count == 3
    assert EstimatingPaginator([1, 2], 2).count == 2


def test_many_rows_are_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "COUNT_AT_MOST", 5)
    UserFactory.create_batch(20)
    _analyzed()

    rows = User.objects.order_by("id")

    assert estimated_count(rows) == 20
    assert EstimatingPaginator(rows, 2).count == 20


def test_estimate_that_is_too_low_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    _analyzed()
    monkeypatch.setattr(paging, "COUNT_AT_MOST", 5)
    UserFactory.create_batch(20)

    assert EstimatingPaginator(User.objects.filter(name="nobody"), 2).count == 0
    assert EstimatingPaginator(User.objects.order_by("id"), 2).count >= 6


def test_pages_far_back_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MAX_PAGES", 3)
    UserFactory.create_batch(10)

    assert EstimatingPaginator(User.objects.order_by("id"), 2).num_pages == 3
    assert EstimatingPaginator(User.objects.order_by("id"), 5).num_pages == 2
