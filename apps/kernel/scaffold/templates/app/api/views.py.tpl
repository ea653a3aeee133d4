"""The ${words_plural} of the one who asks."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import (
    CreateModelMixin,
    DestroyModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
)
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from apps.${app} import services
from apps.${app}.api.serializers import ${Resource}In, ${Resource}Out
from apps.${app}.errors import NameTaken
from apps.${app}.models import ${Resource}
from apps.${app}.selectors import ${plural}_of
from apps.api.permissions import SignedIn
from apps.api.schema import raises
from apps.api.views import ResourceViewSet


@extend_schema_view(
    list=extend_schema(summary="List my ${words_plural}"),
    create=extend_schema(summary="Create ${a} ${words}", extensions=raises(NameTaken)),
    retrieve=extend_schema(summary="Show one of my ${words_plural}"),
    partial_update=extend_schema(summary="Rename ${a} ${words}", extensions=raises(NameTaken)),
    destroy=extend_schema(summary="Delete ${a} ${words}"),
)
class ${Resource}ViewSet(
    CreateModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
    DestroyModelMixin,
    ResourceViewSet[${Resource}],
):
    """Owners see their ${words_plural}; for anybody else they are not there."""

    permission_classes = (SignedIn,)
    input_serializer = ${Resource}In
    output_serializer = ${Resource}Out

    @property
    def viewer_id(self) -> int:
        """The internal id of the one who asks."""
        user_id = self.request.user.pk
        assert user_id is not None, "The permission admits nobody who is not signed in."
        return user_id

    @override
    def get_queryset(self) -> QuerySet[${Resource}]:
        return ${plural}_of(owner_id=self.viewer_id)

    @override
    def perform_create(self, serializer: BaseSerializer[${Resource}]) -> None:
        created = services.create_${resource}(owner_id=self.viewer_id, **serializer.validated_data)
        serializer.instance = self.get_queryset().get(public_id=created)

    @override
    def perform_update(self, serializer: BaseSerializer[${Resource}]) -> None:
        ${resource} = self.get_object()
        name = serializer.validated_data.get("name", ${resource}.name)
        services.rename_${resource}(${resource}_id=${resource}.public_id, name=name)
        serializer.instance = self.get_object()

    @override
    def perform_destroy(self, instance: ${Resource}) -> None:
        services.delete_${resource}(${resource}_id=instance.public_id)
