"""The filters of the list of files."""

from django_filters import rest_framework as filters

from apps.api.filters import StrictFilterSet
from apps.files.models import File
from apps.files.types import FileState


class FileFilters(StrictFilterSet):
    """Which files to list; several filters narrow each other."""

    purpose = filters.CharFilter(max_length=40)
    state = filters.MultipleChoiceFilter(choices=FileState.choices)
    scope = filters.CharFilter(
        max_length=80,
        label="All files of this scope, such as `building:<id>`, if you are a member; "
        "without it, your own of every scope.",
    )

    class Meta:
        model = File
        fields = ()
