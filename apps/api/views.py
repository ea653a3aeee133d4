"""Base classes of every view: strict about the request, closed by default, without rules.

A domain's viewset names its serializers, permission and queryset, and calls services::

    class BuildingViewSet(CreateModelMixin, ListModelMixin, ResourceViewSet[Building]):
        input_serializer = BuildingIn
        output_serializer = BuildingOut
        filterset_class = BuildingFilters

        def get_queryset(self) -> QuerySet[Building]:
            return buildings_of(user_id=self.request.user.pk)

        def perform_create(self, serializer: BaseSerializer[Building]) -> None:
            serializer.instance = create_building(**serializer.validated_data)
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django_filters import FilterSet
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet
from typing_extensions import override

from apps.api.errors import InvalidParameter, NotAcceptable, UnknownParameter
from apps.api.field_selection import PARAMETER as FIELDS
from apps.api.field_selection import asked_of, narrowed, selected
from apps.api.filters import QueryFilterBackend
from apps.api.idempotency import carry_out_once
from apps.api.offset_pagination import Pagination
from apps.api.parsers import refuse_unreadable
from apps.api.permissions import SignedIn
from apps.api.preconditions import change_if_matched, lock
from apps.api.throttles import AnonymousThrottle, UserThrottle

UUID_REGEX = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

# Ten times what a browser sends.
_LONGEST_ACCEPT = 2000

Row = TypeVar("Row", bound=Model)


class ApiView(APIView):
    """A view that reads no query parameter it has not declared, and counts every request."""

    permission_classes: Sequence[Any] = (SignedIn,)
    throttle_classes: Sequence[type[BaseThrottle]] = (UserThrottle, AnonymousThrottle)
    # PUT and OPTIONS add nothing to PATCH and the OpenAPI document.
    http_method_names = ["get", "post", "patch", "delete", "head"]
    query_parameters: Sequence[str] = ()

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what no method should see.

        Unlike DRF, this counts a request before it refuses it for want of permission, so that
        guessing tokens or ids is limited as well.
        """
        self.check_headers(request)
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(
            request
        )
        request.version, request.versioning_scheme = self.determine_version(
            request, *args, **kwargs
        )
        try:
            self.perform_authentication(request)
        except Exception:
            request.user = AnonymousUser()
            self.check_throttles(request)
            raise
        self.check_throttles(request)
        self.check_permissions(request)
        self.check_query_parameters(request)
        self.check_body(request)
        self.guard_writing(request)

    def hold(self) -> None:
        """Lock what a request changes until the transaction ends; for who says If-Match.

        A plain view is about the one who asks, so it is their row.
        """
        lock(get_user_model(), self.request.user.pk)

    @override
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Choose the renderer; reading an endless Accept header would take long."""
        if len(request.META.get("HTTP_ACCEPT", "")) > _LONGEST_ACCEPT and not force:
            raise NotAcceptable
        return super().perform_content_negotiation(request, force=force)

    @override
    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Let nobody but the client keep an answer, unless the view says otherwise.

        The client may keep what it reads, and ask with its ETag whether it still holds (RFC
        9111). Nobody keeps the answer to a write: there tokens and secrets are given out.
        """
        response = super().finalize_response(request, response, *args, **kwargs)
        is_read = request.method in SAFE_METHODS
        response.headers.setdefault("Cache-Control", "private, no-cache" if is_read else "no-store")
        return response

    def known_query_parameters(self) -> Sequence[str]:
        """Return the names that the query string may hold."""
        return self.query_parameters

    def check_headers(self, request: Request) -> None:
        """Refuse, by the headers alone, a body that is not read here."""
        refuse_unreadable(request)

    def guard_writing(self, request: Request) -> None:
        """Let the handler run once per Idempotency-Key, and only on the state of If-Match."""
        if request.method == "POST":
            carry_out_once(self, request)
        change_if_matched(self, request)

    def check_query_parameters(self, request: Request) -> None:
        """Raise UnknownParameter or InvalidParameter where the query string is not ours."""
        known = self.known_query_parameters()
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            detail = f"Known here: {', '.join(known) or 'none'}."
            raise UnknownParameter(detail, errors=_complaints(unknown, detail, "unknown"))
        texts = request.query_params.lists()
        with_nul = [name for name, values in texts if any("\x00" in value for value in values)]
        if with_nul:
            detail = "A text may not hold a NUL character."
            raise InvalidParameter(detail, errors=_complaints(with_nul, detail, "invalid"))

    def check_body(self, request: Request) -> None:
        """Parse the body, so that a hostile one stops here even where the action reads none."""
        request.data  # noqa: B018  DRF parses on first access


def _complaints(names: Sequence[str], detail: str, code: str) -> list[dict[str, str]]:
    return [{"field": name, "detail": detail, "code": code} for name in names]


class ResourceViewSet(ApiView, GenericViewSet[Row]):
    """The base of a domain's viewset; subclasses mix in DRF's Create, List and other mixins.

    Input is parsed by ``input_serializer`` (``update_serializer`` for a PATCH, if another), and
    every row is shown by ``output_serializer``. An ``@action`` may name its own in its decorator.
    """

    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    # For both kinds of path a router makes; anything else leads nowhere, so is a 404.
    lookup_value_converter = "uuid"
    lookup_value_regex = UUID_REGEX
    pagination_class = Pagination
    filter_backends = (QueryFilterBackend,)
    filterset_class: type[FilterSet] | None = None
    # The actions that page and filter; all others take no query parameter but declared ones.
    list_actions: Sequence[str] = ("list",)

    input_serializer: type[BaseSerializer[Any]] | None = None
    update_serializer: type[BaseSerializer[Any]] | None = None
    output_serializer: type[BaseSerializer[Any]] | None = None

    @property
    def viewer_id(self) -> int:
        """The internal id of the one who asks, where the permissions admit no stranger."""
        user_id = self.request.user.pk
        assert user_id is not None, "The permissions admit nobody who is not signed in."
        return user_id

    @override
    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Row]:
        """Return the serializer that parses where ``data`` is given, else the one that shows."""
        is_input = "data" in kwargs
        serializer_class = self.input_class() if is_input else self.shown_class()
        kwargs.setdefault("context", self.get_serializer_context())
        return serializer_class(*args, **kwargs)

    @override
    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "output_serializer": self.output_serializer}

    def input_class(self) -> type[BaseSerializer[Any]]:
        """Return the serializer class that parses this action's body."""
        is_update = self.action in {"update", "partial_update"}
        chosen = self.update_serializer if is_update else None
        return chosen or self.input_serializer or self.get_serializer_class()

    def output_class(self) -> type[BaseSerializer[Any]]:
        """Return the serializer class that shows this action's rows, with all they have."""
        return self.output_serializer or self.get_serializer_class()

    def shown_class(self) -> type[BaseSerializer[Any]]:
        """Return `output_class`, cut to the fields the client asks for; raises InvalidParameter."""
        asked = asked_of(self.request.query_params) if self.is_read else None
        return self.output_class() if asked is None else selected(self.output_class(), asked)

    @property
    def is_read(self) -> bool:
        """Whether the action lists or shows rows, so that fields may be selected."""
        return self.action == "retrieve" or self.action in self.list_actions

    def read_input(self, request: Request) -> dict[str, Any]:
        """Return the valid body of an ``@action``; raises ValidationError."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @override
    def hold(self) -> None:
        """Lock the row in the path, if the one who asks may change it; raises NotFound and others.

        Override it where services lock something above the row first.
        """
        row = self.get_object()
        lock(type(row), row.pk)

    def show(self, row: Row, *, status: int = 200) -> Response:
        """Return a row as the response of an ``@action``."""
        return Response(self.get_serializer(row).data, status=status)

    @override
    def filter_queryset(self, queryset: QuerySet[Row, Any]) -> QuerySet[Row, Any]:
        if self.action in self.list_actions:
            queryset = super().filter_queryset(queryset)
        if not self.is_read or FIELDS not in self.request.query_params:
            return queryset
        ordering = getattr(self, "ordering", Pagination.default_ordering)
        return narrowed(
            queryset, self.shown_class(), besides=[name.removeprefix("-") for name in ordering]
        )

    @override
    def known_query_parameters(self) -> Sequence[str]:
        known = (*self.query_parameters, FIELDS) if self.is_read else self.query_parameters
        if self.action not in self.list_actions:
            return known
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        pages = Pagination.query_parameters if self.paginator else ()
        return (*known, *filters, *pages)
