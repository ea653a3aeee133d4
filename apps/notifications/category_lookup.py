"""Finding categories: what an operator set, in the place of what an app declared."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.conf import settings

from apps.notifications.errors import UnknownCategory
from apps.notifications.languages import found_in
from apps.notifications.models import Category
from apps.notifications.ports import categories
from apps.notifications.types import CategoryName, CategorySettings, Channel


def category_settings(key: str) -> CategorySettings:
    """Return the category of this key; raises UnknownCategory."""
    row = Category.objects.filter(key=key).first()
    if row is not None:
        return settings_in(row)
    declared = categories.get(key)
    if declared is None:
        raise UnknownCategory(
            f"There is no category {key!r}; /api/v1/notifications/preferences/ lists them all.",
            errors=[{"field": "category", "code": "unknown", "detail": "Name one there is."}],
        )
    return declared.settings


def categories_of(keys: Collection[str]) -> dict[str, CategorySettings]:
    """Return the category of each key; one that was deleted since is like any other from now on."""
    found = {key: CategorySettings(key=key, name=key) for key in keys}
    found |= {key: entry.settings for key in keys if (entry := categories.get(key))}
    return found | {row.key: settings_in(row) for row in Category.objects.filter(key__in=keys)}


def all_category_settings() -> dict[str, CategorySettings]:
    """Return every category by its key, in order of the keys."""
    found = {entry.settings.key: entry.settings for entry in categories}
    found |= {row.key: settings_in(row) for row in Category.objects.all()}
    return dict(sorted(found.items()))


def in_language(category: CategorySettings, languages: Sequence[str]) -> CategorySettings:
    """Return the category called as the first of the languages that has a name for it does."""
    tag = found_in([settings.LANGUAGE_CODE, *category.translations], languages)
    translation = category.translations.get(tag or "")
    if translation is None:
        return category
    return replace(category, name=translation.name, description=translation.description)


def settings_in(row: Category) -> CategorySettings:
    """Return a category as it stands in a row, saved or not."""
    return CategorySettings(
        key=row.key,
        name=row.name,
        description=row.description,
        translations={tag: CategoryName(**names) for tag, names in row.translations.items()},
        is_mandatory=row.is_mandatory,
        channels=tuple(map(Channel, row.channels)),
        throttle_limit=row.throttle_limit,
        throttle_seconds=row.throttle_seconds,
        digest_seconds=row.digest_seconds,
        is_push_only_when_offline=row.is_push_only_when_offline,
    )
