"""Declared query filters: what is not declared never reaches the ORM."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView
from typing_extensions import override

from apps.api.errors import InvalidParameter
from apps.api.translation import complaints_of

_BIGGEST = 2**63 - 1


class IntegerFilter(filters.NumberFilter):
    """Filters by a whole number that a column of PostgreSQL can hold."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = {"min_value": -_BIGGEST, "max_value": _BIGGEST} | kwargs
        super().__init__(*args, **kwargs)


class PublicIdFilter(filters.UUIDFilter):
    """Filters by the public id of a related row: ``PublicIdFilter(field_name="building")``."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name=f"{field_name}__public_id", **kwargs)


class StrictFilterSet(filters.FilterSet):
    """The filters of one list; the view refuses every other query parameter."""

    FILTER_DEFAULTS: ClassVar = {
        **filters.FilterSet.FILTER_DEFAULTS,
        models.IntegerField: {"filter_class": IntegerFilter},
    }


class QueryFilterBackend(filters.DjangoFilterBackend):
    """Applies the view's ``filterset_class``; raises InvalidParameter for a value it refuses."""

    @override
    def filter_queryset(
        self, request: Request, queryset: models.QuerySet[Any], view: APIView
    ) -> models.QuerySet[Any]:
        filters_of_view = getattr(view, "filterset_class", None)
        if (
            filters_of_view is None
            or not request.query_params.keys() & filters_of_view.base_filters
        ):
            # Making the form of a filter set costs more than the query it would not narrow.
            return queryset
        try:
            _refuse_empty_values(filters_of_view, request)
            narrowed: models.QuerySet[Any] = super().filter_queryset(request, queryset, view)
        except ValidationError as error:
            complaints = complaints_of(error)
            raise InvalidParameter("A filter has a wrong value.", errors=complaints) from error
        return narrowed


def _refuse_empty_values(declared: type[filters.FilterSet], request: Request) -> None:
    """Refuse ``?state=``: nothing to forms, and a wrong value to who reads the schema."""
    for name, each in declared.base_filters.items():
        is_text = isinstance(each, filters.CharFilter)
        if not is_text and "" in request.query_params.getlist(name):
            raise ValidationError({name: ["Give it a value, or leave it out."]})
