"""Sending whole periods again, and examining receivers: begun at an endpoint, then looked at."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.api.schema import raises
from apps.api.throttles import ScopedThrottle
from apps.webhooks import selectors, services
from apps.webhooks.api.filters import OfEndpointFilters
from apps.webhooks.api.repairs import ExaminationOut, RecoverIn, RecoveryOut, ReplayIn
from apps.webhooks.api.views.base import OfOwner
from apps.webhooks.errors import (
    EndpointIsDisabled,
    ExaminationUnderWay,
    ImpossiblePeriod,
    RecoveryIsOver,
    RecoveryUnderWay,
    UnknownEventType,
)
from apps.webhooks.models import Endpoint, Examination, Recovery


class RepairsOfEndpoint(OfOwner[Endpoint]):
    """What an owner may start at one of their endpoints when something went wrong."""

    @extend_schema(
        summary="Send a period again to a webhook endpoint",
        responses={202: RecoveryOut},
        extensions=raises(EndpointIsDisabled, ImpossiblePeriod, RecoveryUnderWay, UnknownEventType),
    )
    @action(detail=True, methods=["post"], input_serializer=ReplayIn)
    def replay(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Send all that happened in it, delivered or not, each under the same webhook-id."""
        self.get_object()
        return self._recovery(services.replay(endpoint_id=id, **self.read_input(request)))

    @extend_schema(
        summary="Send all that failed again to a webhook endpoint",
        responses={202: RecoveryOut},
        extensions=raises(EndpointIsDisabled, ImpossiblePeriod, RecoveryUnderWay),
    )
    @action(detail=True, methods=["post"], input_serializer=RecoverIn)
    def recover(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Send what failed, or was cancelled by disabling, each under the same webhook-id."""
        self.get_object()
        return self._recovery(services.recover(endpoint_id=id, **self.read_input(request)))

    @extend_schema(
        summary="Examine the receiver behind a webhook endpoint",
        request=None,
        responses={202: ExaminationOut},
        extensions=raises(EndpointIsDisabled, ExaminationUnderWay),
    )
    @action(
        detail=True,
        methods=["post"],
        throttle_classes=(*OfOwner.throttle_classes, ScopedThrottle),
        throttle_scope="webhook_tests",
    )
    def examinations(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Send genuine and forged events, soon, and judge what the receiver answers."""
        self.get_object()
        examination_id = services.request_examination(endpoint_id=id)
        row = selectors.examinations_of(user_id=self.viewer_id).get(public_id=examination_id)
        return Response(ExaminationOut(row).data, status=202)

    def _recovery(self, recovery_id: UUID) -> Response:
        row = selectors.recoveries_of(user_id=self.viewer_id).get(public_id=recovery_id)
        return Response(RecoveryOut(row).data, status=202)


@extend_schema_view(
    list=extend_schema(summary="List the recoveries of my webhook endpoints"),
    retrieve=extend_schema(summary="Show a recovery and its progress"),
)
class RecoveryViewSet(ListModelMixin, RetrieveModelMixin, OfOwner[Recovery]):
    """Replays and recoveries of the endpoints of the one who asks."""

    output_serializer = RecoveryOut
    filterset_class = OfEndpointFilters

    @override
    def get_queryset(self) -> QuerySet[Recovery]:
        return selectors.recoveries_of(user_id=self.viewer_id)

    @extend_schema(summary="Stop a recovery", request=None, extensions=raises(RecoveryIsOver))
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Make nothing more due; what is due already is sent."""
        self.get_object()
        services.cancel_recovery(recovery_id=id)
        return self.show(self.reread(id))


@extend_schema_view(
    list=extend_schema(summary="List the examinations of my receivers"),
    retrieve=extend_schema(summary="Show what the examination of a receiver came to"),
)
class ExaminationViewSet(ListModelMixin, RetrieveModelMixin, OfOwner[Examination]):
    """Examinations of the receivers of the one who asks."""

    output_serializer = ExaminationOut
    filterset_class = OfEndpointFilters

    @override
    def get_queryset(self) -> QuerySet[Examination]:
        return selectors.examinations_of(user_id=self.viewer_id)
