"""Writing categories: those of operators, and what they set otherwise than an app declares."""

from collections.abc import Iterator
from dataclasses import asdict

from django.db import transaction

from apps.events.services import announce
from apps.kernel.errors import Invalid, NotFound
from apps.notifications.events import CategoryDeleted, CategorySaved
from apps.notifications.lint import KEY, LONGEST_KEY
from apps.notifications.models import Category
from apps.notifications.types import CategorySettings


def flaws_of_category(category: CategorySettings) -> Iterator[tuple[str, str]]:
    """Yield the fields of a category that make no sense, each with what is wrong."""
    if not KEY.fullmatch(category.key) or len(category.key) > LONGEST_KEY:
        yield "key", "Use up to 64 lower-case letters, digits, underscores and dots."
    if bool(category.throttle_limit) != bool(category.throttle_seconds):
        yield "throttle_seconds", "A limit needs the seconds that it counts in, and these a limit."


@transaction.atomic
def save_category(category: CategorySettings) -> None:
    """Write a category, in the place of the one that an app declares under its key, if any.

    It holds for whatever is decided after the commit. Raises Invalid. Announces CategorySaved.
    """
    flaws = list(flaws_of_category(category))
    if flaws:
        raise Invalid.naming(*flaws)
    Category.objects.update_or_create(key=category.key, defaults=asdict(category))
    announce(CategorySaved(category=category.key))


@transaction.atomic
def delete_category(*, key: str) -> None:
    """Let go what operators set of a category; what an app declares of it holds again.

    Without such an app nothing new can be sent in it; what waits is sent as of any other. Raises
    NotFound. Announces CategoryDeleted.
    """
    if not Category.objects.filter(key=key).delete()[0]:
        raise NotFound
    announce(CategoryDeleted(category=key))
