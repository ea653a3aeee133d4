"""The filters of lists of notifications."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.api.filters import StrictFilterSet
from apps.notifications.models import InboxItem

_YES_NO = (("true", "true"), ("false", "false"))


class InboxFilters(StrictFilterSet):
    """Which items to list; several filters narrow each other."""

    unread = filters.ChoiceFilter(
        choices=_YES_NO, method="by_moment", label="`true`: only unread ones; `false`: only read."
    )
    archived = filters.ChoiceFilter(
        choices=_YES_NO, method="by_moment", label="`true`: only archived ones, else none of them."
    )
    category = filters.CharFilter(max_length=64)

    class Meta:
        model = InboxItem
        fields = ()

    def by_moment(self, items: QuerySet[InboxItem], name: str, value: str) -> QuerySet[InboxItem]:
        """Keep what has happened to an item, or has not."""
        column, is_set = {
            "unread": ("read_at", value == "false"),
            "archived": ("archived_at", value == "true"),
        }[name]
        return items.filter(**{f"{column}__isnull": not is_set})
