"""The filters of the lists of buildings."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.api.filters import PublicIdFilter, StrictFilterSet
from apps.buildings.models import MaintenanceRequest
from apps.buildings.types import Priority, Status


class RequestFilters(StrictFilterSet):
    """Which maintenance requests to list; several filters narrow each other."""

    status = filters.MultipleChoiceFilter(choices=Status.choices)
    priority = filters.MultipleChoiceFilter(choices=Priority.choices)
    unit = PublicIdFilter("unit")
    author = filters.ChoiceFilter(
        choices=[("me", "me")], method="written_by_me", label="Only those I opened."
    )
    created_since = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")

    class Meta:
        model = MaintenanceRequest
        fields = ()

    def written_by_me(
        self, requests: QuerySet[MaintenanceRequest], name: str, value: str
    ) -> QuerySet[MaintenanceRequest]:
        """Keep the requests of the one who asks."""
        return requests.filter(author_id=self.request.user.pk)
