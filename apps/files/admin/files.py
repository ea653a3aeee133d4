"""Files in the admin: what people brought, how far it came, and why it was refused."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.files import services
from apps.files.admin.acting import FilesPage, size_of
from apps.files.errors import NotReady
from apps.files.models import File


@admin.register(File)
class FileAdmin(FilesPage):
    """Files, newest first. Their bytes are not shown here: they are other people's."""

    icon = "draft"
    list_display = ("created_at", "name", "owner", "purpose", "state", "size", "reason")
    list_filter = ("state", "purpose", "storage")
    list_select_related = ("owner",)
    search_fields = ("public_id",)
    search_help_text = "An id of a file or of a user; or a user's e-mail address."
    found_by = ("owner__public_id",)
    found_by_mail = "owner__email"
    fields = (
        *("public_id", "name", "owner", "purpose", "scope", "state", "reason", "size"),
        *("blob", "storage", "incoming_name", "due_at", "failures", "claimed_until"),
        *("created_at", "updated_at"),
    )
    readonly_fields = ("size",)
    actions = ("check_again", "remake", "delete_files")

    @admin.display(description="Size", ordering="size_bytes")
    def size(self, file: File) -> str:
        """How large it is."""
        return size_of(file.size_bytes)

    @admin.action(description="Check again: files that could not be checked", permissions=["act"])
    def check_again(self, request: HttpRequest, chosen: QuerySet[File]) -> None:
        """Look through the chosen files anew."""
        self.act_on_each(
            request,
            chosen,
            lambda file: services.check_again(file.public_id),
            done="are looked through anew.",
        )

    @admin.action(description="Make thumbnails anew", permissions=["act"])
    def remake(self, request: HttpRequest, chosen: QuerySet[File]) -> None:
        """Make all renditions of the chosen pictures anew."""
        self.act_on_each(
            request, chosen.select_related("blob"), _remake, done="have their renditions made anew."
        )

    @admin.action(
        description="Delete: for everybody, with all renditions", permissions=["delete_files"]
    )
    def delete_files(self, request: HttpRequest, chosen: QuerySet[File]) -> None:
        """Delete the chosen files."""
        self.act_on_each(
            request,
            chosen,
            lambda file: services.delete_file(file.public_id, cause="operator"),
            done="deleted, and announced in the event log.",
        )

    def has_delete_files_permission(self, request: HttpRequest) -> bool:
        """Tell who may delete other people's files."""
        return request.user.has_perm("files.delete_file")


def _remake(file: File) -> None:
    if file.blob is None:
        raise NotReady("It was not looked through yet.")
    services.remake_renditions(file.blob.public_id)
