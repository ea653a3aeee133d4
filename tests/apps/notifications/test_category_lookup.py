"""Categories are as an operator set them, else as an app declares them, in a person's language."""

import pytest

from apps.notifications.category_lookup import (
    all_category_settings,
    categories_of,
    category_settings,
    in_language,
)
from apps.notifications.errors import UnknownCategory
from apps.notifications.models import Category
from apps.notifications.types import CategorySettings, Channel

pytestmark = pytest.mark.django_db


def test_declared_category_is_found() -> None:
    category = category_settings("community")

    assert category.name == "Community"
    assert not category.is_mandatory


def test_operators_category_takes_the_place_of_the_declared_one() -> None:
    Category.objects.create(
        key="community",
        name="Neighbours",
        translations={"fr": {"name": "Voisins", "description": "Qui est là."}},
        channels=["inbox"],
        throttle_limit=5,
        throttle_seconds=60,
    )

    category = category_settings("community")

    assert category.channels == (Channel.INBOX,)
    assert category.throttle_limit == 5
    assert in_language(category, ["fr-CA"]).description == "Qui est là."
    assert categories_of(["community", "nothing"]) == {
        "community": category,
        "nothing": CategorySettings(key="nothing", name="nothing"),
    }
    assert all_category_settings()["community"] == category


def test_all_categories_come_in_order_of_their_keys() -> None:
    Category.objects.create(key="aaa", name="First", channels=["push"])

    keys = list(all_category_settings())

    assert keys == sorted(keys)
    assert {"aaa", "account_security", "community", "maintenance"} <= set(keys)


def test_unknown_category_is_refused() -> None:
    with pytest.raises(UnknownCategory, match="nothing"):
        category_settings("nothing")


@pytest.mark.parametrize(
    ("chain", "name"),
    [
        (["he-IL", "en"], "קהילה"),
        (["en"], "Community"),
        (["ja", "he"], "קהילה"),
        (["en-GB", "he"], "Community"),
        ([], "Community"),
    ],
)
def test_category_is_called_as_in_the_first_language_that_names_it(
    chain: list[str], name: str
) -> None:
    category: CategorySettings = category_settings("community")

    assert in_language(category, chain).name == name
