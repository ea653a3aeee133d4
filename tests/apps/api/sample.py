"""A URL map for tests: the real one, and beside it views that do what no app of ours does."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import (
    CreateModelMixin,
    DestroyModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView
from typing_extensions import override

from apps.accounts.models import User
from apps.api.filters import IntegerFilter, StrictFilterSet
from apps.api.permissions import Anyone
from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.api.throttles import ScopedThrottle
from apps.api.views import ApiView, ResourceViewSet
from config import urls

# A fixture: the document of a response, checked to be a whole problem of this status and code.
Problem = Callable[..., dict[str, Any]]

# What the view `Failing` raises; a test puts it here.
failures: list[BaseException] = []


class PersonIn(StrictSerializer):
    name = serializers.CharField(max_length=20)
    size = serializers.IntegerField(required=False)


class PersonOut(StrictModelSerializer):
    class Meta:
        model = User
        fields = ("id", "name")


class NameIn(StrictSerializer):
    name = serializers.CharField()


class PersonFilters(StrictFilterSet):
    name = filters.CharFilter()
    number = IntegerFilter(field_name="id")
    tier = filters.MultipleChoiceFilter(choices=User.Tier.choices)

    class Meta:
        model = User
        fields = ()


class PersonViewSet(
    CreateModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
    DestroyModelMixin,
    ResourceViewSet[User],
):
    input_serializer = PersonIn
    update_serializer = NameIn
    output_serializer = PersonOut
    filterset_class = PersonFilters

    @override
    def get_queryset(self) -> QuerySet[User]:
        return User.objects.all()

    @override
    def perform_create(self, serializer: serializers.BaseSerializer[User]) -> None:
        name = serializer.validated_data["name"]
        serializer.instance = User.objects.create(email=f"{name}@example.com", name=name)

    @override
    def perform_update(self, serializer: serializers.BaseSerializer[User]) -> None:
        person = serializer.instance
        assert isinstance(person, User)
        person.name = serializer.validated_data["name"]
        person.save()

    @action(detail=True, methods=["post"], input_serializer=NameIn)
    def rename(self, request: Request, **_: Any) -> Response:
        person = self.get_object()
        person.name = self.read_input(request)["name"]
        return self.show(person, status=202)

    @action(detail=False, query_parameters=("since",))
    def changes(self, request: Request) -> Response:
        return Response({"since": request.query_params.get("since")})


class ByName(PersonViewSet):
    ordering = ("name", "-public_id")


class Echo(ApiView):
    permission_classes = (Anyone,)
    query_parameters = ("a",)

    def get(self, request: Request) -> Response:
        return Response({"a": request.query_params.get("a")})

    def post(self, request: Request) -> Response:
        return Response(request.data)


class Failing(Echo):
    authentication_classes = ()

    @override
    def get(self, request: Request) -> Response:
        raise failures[-1]


class Refusing(Echo):
    """Writes something, and then refuses without raising."""

    @override
    def post(self, request: Request) -> Response:
        User.objects.create(email="ada@example.com", name="Ada")
        return Response({}, status=409)


class Unnamed(APIView):
    """Names no permission at all."""

    def get(self, request: Request) -> Response:
        return Response()


class Scoped(Echo):
    throttle_classes = (ScopedThrottle,)
    throttle_scope = "auth"


def plain(request: HttpRequest) -> HttpResponse:
    """Fail outside of DRF."""
    raise failures[-1]


router = SimpleRouter()
router.register("people", PersonViewSet, basename="person")
router.register("by-name", ByName, basename="by-name")

sample: list[URLPattern | URLResolver] = [
    *router.urls,
    path("echo/", Echo.as_view()),
    path("failing/", Failing.as_view()),
    path("refusing/", Refusing.as_view()),
    path("scoped/", Scoped.as_view()),
    path("unnamed/", Unnamed.as_view()),
    path("plain/", plain),
]
urlpatterns = [
    path("api/v1/sample/", include(sample)),
    path("elsewhere/plain/", plain),
    *urls.urlpatterns,
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
