"""A category is written as it was told, announced, and refused where it makes no sense."""

from dataclasses import replace
from typing import Any

import pytest

from apps.kernel.errors import Invalid, NotFound
from apps.notifications.category_lookup import category_settings
from apps.notifications.errors import UnknownCategory
from apps.notifications.models import Category
from apps.notifications.services import delete_category, flaws_of_category, save_category
from apps.notifications.types import CategoryName, CategorySettings, Channel
from tests.apps.notifications.telling import told

pytestmark = pytest.mark.django_db

NEWS = CategorySettings(
    key="news",
    name="News",
    description="What is new.",
    translations={"he": CategoryName(name="חדשות")},
    channels=(Channel.EMAIL, Channel.INBOX),
    throttle_limit=3,
    throttle_seconds=3600,
    digest_seconds=60,
    is_push_only_when_offline=True,
)


def test_category_is_found_as_it_was_saved() -> None:
    save_category(NEWS)

    assert category_settings("news") == NEWS
    assert told("category.saved") == [{"category": "news"}]


def test_saving_again_takes_the_place_of_the_former() -> None:
    save_category(NEWS)
    mandatory = replace(NEWS, is_mandatory=True, translations={}, channels=(Channel.PUSH,))

    save_category(mandatory)

    assert category_settings("news") == mandatory
    assert Category.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "No News"}, "key"),
        ({"key": "n" * 65}, "key"),
        ({"throttle_limit": 0}, "throttle_seconds"),
        ({"throttle_seconds": 0}, "throttle_seconds"),
    ],
)
def test_category_that_makes_no_sense_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        save_category(replace(NEWS, **change))

    assert [error["field"] for error in refusal.value.errors] == [field]
    assert not Category.objects.exists()
    assert told("category.saved") == []


def test_category_without_a_limit_makes_sense() -> None:
    assert not list(flaws_of_category(replace(NEWS, throttle_limit=0, throttle_seconds=0)))


def test_deleted_category_is_gone_and_announced() -> None:
    save_category(NEWS)

    delete_category(key="news")

    assert told("category.deleted") == [{"category": "news"}]
    with pytest.raises(UnknownCategory):
        category_settings("news")
    with pytest.raises(NotFound):
        delete_category(key="news")
