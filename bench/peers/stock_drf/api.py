"""A serializer, a token check and a ModelViewSet."""

from typing import Any

import jwt
from django.conf import settings
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.viewsets import ModelViewSet
from typing_extensions import override

from bench.peers.stock_drf.models import MaintenanceRequest


class TokenUser:
    """Whoever a valid token names; no query is spent on them."""

    is_authenticated = True

    def __init__(self, claims: dict[str, Any]) -> None:
        self.public_id = claims["sub"]
        self.name = claims["name"]


class TokenAuthentication(BaseAuthentication):
    """Verifies a JWT (HS256)."""

    @override
    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            claims = jwt.decode(token, settings.JWT_SECRET, algorithms=["HS256"])
        except jwt.PyJWTError as error:
            raise AuthenticationFailed from error
        return TokenUser(claims), None

    @override
    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class AuthorSerializer(serializers.Serializer[MaintenanceRequest]):
    """The author, of whom the row holds the name."""

    id = serializers.UUIDField(source="author_id")
    name = serializers.CharField(source="author_name")


class RequestSerializer(serializers.ModelSerializer[MaintenanceRequest]):
    """A maintenance request."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    unit = serializers.UUIDField(source="unit_id", allow_null=True, required=False)
    author = AuthorSerializer(source="*", read_only=True)

    class Meta:
        model = MaintenanceRequest
        fields = (
            *("id", "unit", "author", "title", "description", "status", "priority"),
            *("created_at", "updated_at"),
        )


class Newest(CursorPagination):
    """Pages of 20, newest first, without counting."""

    page_size = 20
    ordering = "-public_id"


class RequestViewSet(ModelViewSet[MaintenanceRequest]):
    """The maintenance requests of one building."""

    serializer_class = RequestSerializer
    pagination_class = Newest
    lookup_field = "public_id"

    @override
    def get_queryset(self) -> QuerySet[MaintenanceRequest]:
        return MaintenanceRequest.objects.filter(building_id=self.kwargs["building"])

    @override
    def perform_create(self, serializer: serializers.BaseSerializer[MaintenanceRequest]) -> None:
        user: Any = self.request.user
        serializer.save(
            building_id=self.kwargs["building"], author_id=user.public_id, author_name=user.name
        )
