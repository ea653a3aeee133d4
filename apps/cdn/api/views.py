"""Purges over HTTP: asking for them, and what became of them."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.api.permissions import OperatesUnseen
from apps.api.schema import raises
from apps.api.views import ResourceViewSet
from apps.cdn import selectors, services
from apps.cdn.api.serializers import PurgeIn, PurgeOut
from apps.cdn.errors import ForeignUrl, NoCdn, UnusableTag
from apps.cdn.models import Purge


@extend_schema_view(
    list=extend_schema(summary="List purges of the CDN"),
    retrieve=extend_schema(summary="Show how far a purge has come"),
)
class PurgeViewSet(ListModelMixin, RetrieveModelMixin, ResourceViewSet[Purge]):
    """For operators, and servers that sign in with an account of their own."""

    permission_classes = (OperatesUnseen,)
    operator_permission = "cdn.purge_cdn"
    input_serializer = PurgeIn
    output_serializer = PurgeOut

    @override
    def get_queryset(self) -> QuerySet[Purge]:
        return selectors.purges()

    @extend_schema(
        summary="Let the CDN forget",
        responses={201: PurgeOut},
        extensions=raises(NoCdn, ForeignUrl, UnusableTag),
    )
    def create(self, request: Request) -> Response:
        """Write it down and announce it; the CDN is told right afterwards, and again if it fails.

        It is told a second time half a minute later, for what was on its way to it at the first.
        """
        (purge_id,) = services.request_purge(**self.read_input(request))
        return self.show(self.get_queryset().get(public_id=purge_id), status=201)
