"""The filters of the list of conflicts."""

from django_filters import rest_framework as filters

from apps.api.filters import StrictFilterSet
from apps.sync.models import SyncConflict
from apps.sync.types import ConflictKind, ConflictState


class ConflictFilters(StrictFilterSet):
    """Which conflicts to list; several filters narrow each other."""

    settled = filters.ChoiceFilter(choices=ConflictState.choices)
    kind = filters.ChoiceFilter(choices=ConflictKind.choices)
    table = filters.CharFilter(max_length=63)

    class Meta:
        model = SyncConflict
        fields = ()
