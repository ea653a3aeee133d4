"""Endpoints in the admin: how they do, and which are platform partners."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from typing_extensions import override

from apps.kernel.admin import ConfirmedActions
from apps.kernel.paging import EstimatingPaginator
from apps.webhooks import services
from apps.webhooks.admin.acting import ActsByService
from apps.webhooks.models import Endpoint
from apps.webhooks.types import DisabledBy


@admin.register(Endpoint)
class EndpointAdmin(ActsByService, ConfirmedActions):
    """Endpoints: how they do, and which are platform partners; secrets are for their owners."""

    list_display = (
        "url",
        "owner",
        "state",
        "disabled_by",
        "consecutive_failures",
        "failing_since",
        "hears_everything",
        "created_at",
    )
    list_filter = ("state", "hears_everything")
    list_select_related = ("owner",)
    list_per_page = 50
    paginator = EstimatingPaginator
    show_full_result_count = False
    search_fields = ("url", "description", "owner__email")
    search_help_text = "A part of the URL, the description, or the owner's e-mail."
    fields = (
        "public_id",
        "owner",
        "url",
        "description",
        "event_types",
        "hears_everything",
        "state",
        "disabled_by",
        "disabled_at",
        "consecutive_failures",
        "failing_since",
        "paused_until",
        "created_at",
    )
    actions = ("disable", "enable")

    @override
    def get_readonly_fields(
        self, request: HttpRequest, obj: Endpoint | None = None
    ) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name != "hears_everything")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An endpoint is registered by its owner, who is shown the secret."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """An endpoint is deleted by its owner; an operator disables it."""
        return False

    def save_model(
        self, request: HttpRequest, obj: Endpoint, form: "ModelForm[Endpoint]", change: bool
    ) -> None:
        """Write the one thing that is an operator's to say."""
        services.let_hear_everything(
            endpoint_id=obj.public_id, hears_everything=form.cleaned_data["hears_everything"]
        )

    @admin.action(
        description="Disable: send nothing more, cancel what is pending", permissions=["act"]
    )
    def disable(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> None:
        """Disable the chosen endpoints."""
        self.act_on_each(
            request,
            chosen,
            lambda id_: services.disable_endpoint(endpoint_id=id_, by=DisabledBy.OPERATOR),
        )

    @admin.action(description="Enable: send events from now on", permissions=["act"])
    def enable(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> None:
        """Enable the chosen endpoints."""
        self.act_on_each(request, chosen, lambda id_: services.enable_endpoint(endpoint_id=id_))
