"""What goes in and comes out of files over HTTP."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.files.api import examples
from apps.files.models import Upload
from apps.files.purposes import largest_limit


@examples.upload
class UploadOut(StrictModelSerializer):
    """An upload and how much of it is here; complete, it is the file of the same id."""

    class Meta:
        model = Upload
        fields = (
            "id",
            "transport",
            "purpose",
            "name",
            "scope",
            "state",
            "offset_bytes",
            "length_bytes",
            "expires_at",
            "created_at",
        )


class SizeField(serializers.IntegerField):
    """How many bytes somebody announces: at least one, and no more than any purpose allows."""

    def __init__(self, **options: Any) -> None:
        # Made anew for each request, so it knows the purposes of all apps.
        super().__init__(min_value=1, max_value=largest_limit(), **options)


@extend_schema_field(OpenApiTypes.BINARY)
class FormFileField(serializers.FileField):
    """The file of a form: its bytes, where others show an address."""


class FormIn(StrictSerializer):
    """A form with one small file; words that a browser leaves empty say nothing."""

    file = FormFileField(allow_empty_file=True)
    purpose = serializers.CharField(max_length=40, required=False, allow_blank=True)
    scope = serializers.CharField(max_length=80, required=False, allow_blank=True)


@examples.new_direct_upload
class DirectUploadIn(StrictSerializer):
    """What somebody is about to send straight to the storage."""

    name = serializers.CharField(max_length=255, trim_whitespace=False)
    size_bytes = SizeField()
    purpose = serializers.CharField(max_length=40, required=False)
    scope = serializers.CharField(max_length=80, required=False)


@examples.direct_upload
class DirectUploadOut(StrictSerializer):
    """The request that writes the bytes; send exactly these headers, and no token of ours."""

    id = serializers.UUIDField()
    method = serializers.CharField()
    url = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()
