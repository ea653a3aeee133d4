"""How rows look from outside: ``In`` parses what clients send, ``Out`` shows them."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

from apps.${app}.models import ${Resource}
from apps.api.serializers import StrictModelSerializer

_SHOWN = {
    "id": "019ab2c4-5f60-7a1b-8c2d-1a2b3c4d5e6f",
    "name": "First",
    "created_at": "2026-11-21T09:30:00Z",
    "updated_at": "2026-11-21T09:30:00Z",
}


@extend_schema_serializer(examples=[OpenApiExample("example", value=_SHOWN)])
class ${Resource}Out(StrictModelSerializer):
    """${A} ${words}."""

    class Meta:
        model = ${Resource}
        fields = ("id", "name", "created_at", "updated_at")


@extend_schema_serializer(examples=[OpenApiExample("example", value={"name": "First"})])
class ${Resource}In(StrictModelSerializer):
    """What ${a} ${words} is made of; the name is unique among its owner's."""

    class Meta:
        model = ${Resource}
        fields = ("name",)
