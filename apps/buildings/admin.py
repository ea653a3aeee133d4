"""The operator's view of buildings; what may be changed here is changed by the services."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from apps.buildings import services
from apps.buildings.models import (
    Building,
    Comment,
    Invitation,
    MaintenanceRequest,
    Member,
    Unit,
)
from apps.kernel.admin import ReadOnlyAdmin


class ReadOnlyInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """Rows shown below what they belong to, a page of them at a time."""

    # What is shown of each row by the name of another one.
    related: tuple[str, ...] = ()
    per_page = 20
    extra = 0
    can_delete = False
    show_change_link = True
    readonly_fields = ("created_at",)
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds rows by hand; the form for it would offer a choice of all users."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes rows by hand."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the names with the rows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(*self.related)


class MemberInline(ReadOnlyInline):
    """The people of a building."""

    model = Member
    fields = ("user", "role", "invited_by", "created_at")
    related = ("user", "invited_by", "building")


class UnitInline(ReadOnlyInline):
    """The units of a building."""

    model = Unit
    fields = ("label", "floor", "notes", "created_at")
    related = ("building",)


class InvitationInline(ReadOnlyInline):
    """The pending invitations of a building."""

    model = Invitation
    fields = ("email", "role", "invited_by", "created_at")
    related = ("invited_by", "building")


class CommentInline(ReadOnlyInline):
    """What was said about a maintenance request."""

    model = Comment
    fields = ("author", "text", "created_at")
    related = ("author", "request")


@admin.register(Building)
class BuildingAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Buildings: correct a name or an address; it is announced."""

    icon = "apartment"
    list_display = ("name", "address", "public_id", "created_at")
    search_fields = ("name", "address", "=public_id", "members__user__email")
    search_help_text = "A name, an address, a public id, or a member's e-mail."
    fields = ("name", "address", "public_id", "created_at", "updated_at")
    readonly_fields = ("public_id", "created_at", "updated_at")
    inlines = (MemberInline, UnitInline, InvitationInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A building begins with its owner, in the app."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Building | None = None) -> bool:
        """A building ends by its owner, in the app."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Building, form: "ModelForm[Building]", change: bool
    ) -> None:
        """Write what was changed."""
        changes: dict[str, Any] = {name: form.cleaned_data[name] for name in form.changed_data}
        services.update_building(building_id=obj.public_id, **changes)


@admin.register(MaintenanceRequest)
class MaintenanceRequestAdmin(ReadOnlyAdmin):
    """Maintenance requests, with what was said about each."""

    icon = "build"
    list_display = ("title", "building", "unit", "status", "priority", "author", "created_at")
    list_filter = ("status", "priority")
    list_select_related = ("building", "unit", "author")
    search_fields = ("title", "=public_id", "building__name")
    inlines = (CommentInline,)


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    """Units of all buildings."""

    icon = "door_front"
    list_display = ("label", "floor", "building", "created_at")
    list_select_related = ("building",)
    search_fields = ("label", "=public_id", "building__name")


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    """Who belongs where."""

    icon = "group"
    list_display = ("user", "role", "building", "invited_by", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "building", "invited_by")
    search_fields = ("user__email", "building__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations that wait for an answer."""

    icon = "forward_to_inbox"
    list_display = ("email", "role", "building", "invited_by", "created_at")
    list_filter = ("role",)
    list_select_related = ("building", "invited_by")
    search_fields = ("email", "building__name")


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """What was said, newest first."""

    icon = "comment"
    list_display = ("text", "author", "request", "created_at")
    list_select_related = ("author", "request")
    search_fields = ("text", "request__title")
