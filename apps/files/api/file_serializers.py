"""How files look from outside: ``…In`` parses what clients send, ``…Out`` shows rows."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.files.api import file_examples as examples
from apps.files.api.urls_of_files import FileUrls
from apps.files.models import File, Rendition
from apps.files.services.signing import LIFETIME, LONGEST_LIFETIME
from apps.files.types import Disposition

LONGEST_RENDITION = 31


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


@examples.file
class FileOut(StrictModelSerializer):
    """A file, and how far it has come."""

    owner = serializers.UUIDField(source="owner.public_id", help_text="Who brought it.")
    content_type = serializers.CharField(
        source="blob.content_type",
        allow_null=True,
        help_text="What the bytes are; null until they were looked through.",
    )
    width = serializers.IntegerField(
        source="blob.width", allow_null=True, help_text="Of pictures, as they are seen."
    )
    height = serializers.IntegerField(source="blob.height", allow_null=True)

    class Meta:
        model = File
        fields: tuple[str, ...] = (
            "id",
            "owner",
            "purpose",
            "name",
            "scope",
            "size_bytes",
            "content_type",
            "width",
            "height",
            "state",
            "reason",
            "created_at",
            "updated_at",
        )


class RenditionOut(StrictModelSerializer):
    """A picture in another size or format, and where it is had."""

    url = serializers.SerializerMethodField(
        allow_null=True, help_text="Signed for who asks; null until it is ready."
    )

    class Meta:
        model = Rendition
        fields = ("name", "format", "state", "reason", "width", "height", "size_bytes", "url")

    def get_url(self, rendition: Rendition) -> str | None:
        """Return where it is given, signed."""
        urls: FileUrls = self.context["urls"]
        return urls.of_rendition(rendition)


@examples.file_in_full
class FileInFullOut(FileOut):
    """A file with its renditions, each with a URL of its own."""

    url = serializers.SerializerMethodField(
        allow_null=True,
        help_text="Where its bytes are had, signed for who asks; null unless it is clean.",
    )
    url_expires_at = serializers.SerializerMethodField(
        help_text="When this URL and those of the renditions expire."
    )
    renditions = serializers.SerializerMethodField()

    class Meta(FileOut.Meta):
        fields = (*FileOut.Meta.fields, "url", "url_expires_at", "renditions")

    def get_url(self, file: File) -> str | None:
        """Return where it is given, signed."""
        urls: FileUrls = self.context["urls"]
        return urls.of_file(file)

    def get_url_expires_at(self, file: File) -> str:
        """Return when the URLs expire."""
        urls: FileUrls = self.context["urls"]
        return serializers.DateTimeField().to_representation(urls.expires_at)

    def get_renditions(self, file: File) -> list[dict[str, Any]]:
        """Return the renditions, smallest first."""
        urls: FileUrls = self.context["urls"]
        made = RenditionOut(urls.renditions, many=True, context=self.context).data
        return list(made)


@examples.file_url_wish
class FileUrlIn(StrictSerializer):
    """What a URL is to give, and for how long."""

    rendition = serializers.CharField(
        max_length=LONGEST_RENDITION,
        required=False,
        help_text="`300`, `300.jpeg`; without it the file itself, of a picture `full`.",
    )
    disposition = serializers.ChoiceField(
        choices=[each.value for each in Disposition],
        required=False,
        help_text="`inline` holds only where type and purpose allow it.",
    )
    seconds = serializers.IntegerField(
        min_value=1,
        max_value=_seconds(LONGEST_LIFETIME),
        default=_seconds(LIFETIME),
        help_text="After how many seconds it expires.",
    )


@examples.file_url
class FileUrlOut(StrictSerializer):
    """A signed URL, and what it gives."""

    url = serializers.CharField()
    expires_at = serializers.DateTimeField()
    disposition = serializers.ChoiceField(choices=[each.value for each in Disposition])
    content_type = serializers.CharField()
    size_bytes = serializers.IntegerField()


@examples.usage
class UsageOut(StrictSerializer):
    """How much room my files and open uploads take."""

    tier = serializers.CharField()
    used_bytes = serializers.IntegerField()
    limit_bytes = serializers.IntegerField()
