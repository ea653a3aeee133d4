"""Reads of ${app}, each scoped by its viewer: a stranger sees nothing."""

from django.db.models import QuerySet

from apps.${app}.models import ${Resource}


def ${plural}_of(*, owner_id: int) -> QuerySet[${Resource}]:
    """Return the ${words_plural} of one owner."""
    return ${Resource}.objects.filter(owner_id=owner_id)
