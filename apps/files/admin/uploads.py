"""Uploads in the admin: what is on its way, how far it is, and who was heard last."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.files import services
from apps.files.admin.acting import FilesPage, size_of
from apps.files.models import Upload


@admin.register(Upload)
class UploadAdmin(FilesPage):
    """Uploads, newest first."""

    icon = "upload_file"
    list_display = ("created_at", "name", "owner", "transport", "state", "progress", "heard_at")
    list_filter = ("state", "transport", "concatenation", "purpose")
    list_select_related = ("owner",)
    search_fields = ("public_id",)
    search_help_text = "An id of an upload or of a user; or a user's e-mail address."
    found_by = ("owner__public_id",)
    found_by_mail = "owner__email"
    fields = (
        *("public_id", "name", "owner", "purpose", "scope", "transport", "concatenation"),
        *("state", "progress", "offset_bytes", "length_bytes", "sniffed", "storage"),
        *("generation", "heard_at", "expires_at", "created_at", "updated_at"),
    )
    readonly_fields = ("progress",)
    actions = ("discard",)

    @admin.display(description="Progress")
    def progress(self, upload: Upload) -> str:
        """How much of it is here."""
        here = size_of(upload.offset_bytes)
        if not upload.length_bytes:
            return here
        share = 100 * upload.offset_bytes // upload.length_bytes
        return f"{share} % of {size_of(upload.length_bytes)}"

    @admin.action(description="Discard: the upload, not a file it became", permissions=["discard"])
    def discard(self, request: HttpRequest, chosen: QuerySet[Upload]) -> None:
        """Remove the chosen uploads with their bytes."""
        self.act_on_each(
            request, chosen.filter(state="receiving"), services.discard_upload, done="discarded."
        )

    def has_discard_permission(self, request: HttpRequest) -> bool:
        """Tell who may end other people's uploads."""
        return request.user.has_perm("files.delete_upload")
