"""The filters of the list of deliveries."""

from django_filters import rest_framework as filters

from apps.api.filters import PublicIdFilter, StrictFilterSet
from apps.webhooks.models import Delivery
from apps.webhooks.types import DeliveryState


class DeliveryFilters(StrictFilterSet):
    """Which deliveries to list; several filters narrow each other."""

    endpoint = PublicIdFilter("endpoint")
    state = filters.MultipleChoiceFilter(choices=DeliveryState.choices)
    event_type = filters.CharFilter(field_name="message__topic", max_length=120)
    since = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")

    class Meta:
        model = Delivery
        fields = ()


class OfEndpointFilters(StrictFilterSet):
    """Recoveries or examinations, of all endpoints or of one."""

    endpoint = PublicIdFilter("endpoint")

    class Meta:
        fields = ()
