"""Usages in the admin: who takes how much room, and on which tier."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from typing_extensions import override

from apps.files import services
from apps.files.admin.acting import FilesPage, size_of
from apps.files.models import Usage
from apps.files.services.quotas import limit_of, tier_of


class UsageForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """The tier alone: what is used follows from the files."""

    tier = forms.ChoiceField(
        required=False,
        help_text="Without one, the tier of the account decides.",
    )

    class Meta:
        model = Usage
        fields = ("tier",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = [(name, f"{name}: {size_of(room)}") for name, room in settings.FILES_TIERS.items()]
        self.fields["tier"].choices = [("", "As the account"), *tiers]  # type: ignore[attr-defined]  # a choice field


@admin.register(Usage)
class UsageAdmin(FilesPage):
    """Who takes how much room, the most first."""

    icon = "hard_drive"
    form = UsageForm
    list_display = ("user", "used", "room", "share", "counted_tier", "updated_at")
    list_select_related = ("user",)
    ordering = ("-used_bytes",)
    search_fields = ("public_id",)
    search_help_text = "An id of a user, or their e-mail address."
    found_by = ("user__public_id",)
    found_by_mail = "user__email"
    fields = ("user", "tier", "used", "room", "share", "updated_at")
    readonly_fields = ("user", "used", "room", "share", "updated_at")

    @override
    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Tell who may move somebody to another tier."""
        return self.has_act_permission(request)

    def save_model(self, request: HttpRequest, obj: Usage, form: Any, change: bool) -> None:
        """Let the service change the tier."""
        services.change_tier(obj.user_id, tier=form.cleaned_data["tier"])

    @admin.display(description="Used", ordering="used_bytes")
    def used(self, usage: Usage) -> str:
        """How much is taken."""
        return size_of(usage.used_bytes)

    @admin.display(description="Room")
    def room(self, usage: Usage) -> str:
        """How much there is."""
        return size_of(limit_of(usage))

    @admin.display(description="Share")
    def share(self, usage: Usage) -> str:
        """How much of the room is taken."""
        return f"{100 * usage.used_bytes / max(1, limit_of(usage)):.0f} %"

    @admin.display(description="Tier")
    def counted_tier(self, usage: Usage) -> str:
        """The tier that counts: set here, or the account's."""
        return f"{tier_of(usage)}" + ("" if usage.tier else " (account)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Usage]:
        """Return all of them, with their users."""
        rows: QuerySet[Usage] = super().get_queryset(request).select_related("user")
        return rows
