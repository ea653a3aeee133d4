"""Blobs and renditions in the admin: bytes, what scanners said, and what was made of them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from typing_extensions import override

from apps.files import services
from apps.files.admin.acting import FilesPage, size_of
from apps.files.models import Blob, Rendition


@admin.register(Blob)
class BlobAdmin(FilesPage):
    """Contents, newest first, with what scanners said of them."""

    icon = "deployed_code"
    list_display = ("created_at", "sha", "content_type", "size", "state", "threat", "engine")
    list_filter = ("state", "storage", "engine")
    search_fields = ("public_id",)
    search_help_text = "An id, or a whole SHA-256."
    fields = (
        *("public_id", "sha256", "storage", "object_name", "size", "content_type"),
        *("width", "height", "state", "threat", "engine", "signatures", "scanned_at"),
        *("unused_at", "claimed_until", "created_at", "updated_at"),
    )
    readonly_fields = ("size",)
    actions = ("remake",)

    @override
    def found_by_text(self, rows: QuerySet[Blob], text: str) -> QuerySet[Blob]:
        """Find by the hash of the bytes."""
        return rows.filter(sha256=text.lower())

    @admin.display(description="SHA-256", ordering="sha256")
    def sha(self, blob: Blob) -> str:
        """Enough of the hash to tell it from others."""
        return f"{blob.sha256[:12]}…"

    @admin.display(description="Size", ordering="size_bytes")
    def size(self, blob: Blob) -> str:
        """How large it is."""
        return size_of(blob.size_bytes)

    @admin.action(description="Make thumbnails anew", permissions=["act"])
    def remake(self, request: HttpRequest, chosen: QuerySet[Blob]) -> None:
        """Make all renditions of the chosen pictures anew."""
        self.act_on_each(
            request,
            chosen,
            lambda blob: services.remake_renditions(blob.public_id),
            done="have their renditions made anew.",
        )


@admin.register(Rendition)
class RenditionAdmin(FilesPage):
    """Renditions, newest first, and why some failed."""

    icon = "photo_size_select_large"
    list_display = ("created_at", "name", "format", "state", "box", "size", "urgency", "reason")
    list_filter = ("state", "name", "format", "urgency")
    search_fields = ("public_id",)
    search_help_text = "An id of a rendition or of a blob."
    found_by = ("blob__public_id",)
    fields = (
        *("public_id", "blob", "name", "format", "state", "reason", "box", "size"),
        *("object_name", "urgency", "due_at", "failures", "claimed_until"),
        *("created_at", "updated_at"),
    )
    readonly_fields = ("box", "size")

    @admin.display(description="Pixels")
    def box(self, rendition: Rendition) -> str:
        """How wide and high it is."""
        return f"{rendition.width} by {rendition.height}" if rendition.width else ""

    @admin.display(description="Size", ordering="size_bytes")
    def size(self, rendition: Rendition) -> str:
        """How large it is."""
        return size_of(rendition.size_bytes)
