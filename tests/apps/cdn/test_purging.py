"""Purges are rows in the caller's transaction, and announced with it."""

import pytest
from django.db import transaction
from pytest_django import Settings

from apps.cdn.errors import ForeignUrl, UnusableTag
from apps.cdn.models import Purge
from apps.cdn.services import purge_everything, purge_tags, purge_urls
from apps.cdn.types import PurgeState, Target
from apps.events.models import LogEntry
from apps.kernel.context import Context, bound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_cdn(settings: Settings) -> None:
    settings.CDN_PROVIDER, settings.CDN_BASE_URL = "http", "https://cdn.example.com"


def test_purge_is_written_down_and_announced_with_who_asked() -> None:
    with bound(Context(actor="operator-1")):
        (purge_id,) = purge_urls(["/a", "/a", "/b?c=1"], reason="Wrong colours.")

    row = Purge.objects.get(public_id=purge_id)
    assert row.subjects == ["https://cdn.example.com/a", "https://cdn.example.com/b?c=1"]
    assert (row.target, row.state, row.requested_by) == ("urls", PurgeState.PENDING, "operator-1")
    event = LogEntry.objects.get(topic="cdn.purge.requested")
    assert event.actor == "operator-1"
    assert event.payload == {
        "purge_id": str(purge_id),
        "target": "urls",
        "subjects": row.subjects,
        "reason": "Wrong colours.",
    }


def test_purge_goes_with_a_transaction_that_is_rolled_back() -> None:
    with transaction.atomic():
        purge_tags(["file-1"])
        transaction.set_rollback(True)

    assert not Purge.objects.exists()
    assert not LogEntry.objects.filter(topic="cdn.purge.requested").exists()


def test_many_become_rows_of_a_hundred() -> None:
    ids = purge_tags(f"file-{each}" for each in range(250))

    rows = Purge.objects.filter(public_id__in=ids).order_by("id")
    assert [len(row.subjects) for row in rows] == [100, 100, 50]


def test_everything_is_one_row_without_subjects() -> None:
    purge_everything()

    row = Purge.objects.get()
    assert (row.target, row.subjects) == (Target.EVERYTHING, [])


def test_nothing_named_is_nothing_written() -> None:
    assert purge_tags([]) == purge_urls([]) == []
    assert not Purge.objects.exists()


def test_without_a_cdn_nothing_is_written(settings: Settings) -> None:
    settings.CDN_PROVIDER = ""

    assert purge_tags(["file-1"]) == purge_urls(["/a"]) == purge_everything() == []
    assert not Purge.objects.exists()


def test_what_is_not_ours_or_no_tag_is_refused() -> None:
    with pytest.raises(ForeignUrl):
        purge_urls(["/a", "https://evil.example/a"])
    with pytest.raises(UnusableTag):
        purge_tags(["a b"])

    assert not Purge.objects.exists()
