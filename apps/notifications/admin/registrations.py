"""Devices in the admin: where people can be reached by push; never by which token."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from typing_extensions import override

from apps.notifications import services
from apps.notifications.admin.searching import OfPeople
from apps.notifications.models import Registration
from apps.notifications.types import RetireReason

# Each may take half a minute.
_TRIED_AT_ONCE = 5


class IsLive(admin.SimpleListFilter):
    """Whether a device is sent pushes."""

    title = "state"
    parameter_name = "state"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("live", "Sent pushes"), ("retired", "Retired")]

    @override
    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> QuerySet[Registration]:
        if self.value() not in {"live", "retired"}:
            return queryset
        return queryset.filter(retired_at__isnull=self.value() == "live")


@admin.register(Registration)
class RegistrationAdmin(OfPeople):
    """Devices, the latest registered first."""

    icon = "smartphone"
    list_display = (
        *("created_at", "user", "service", "account", "app_id", "locale"),
        *("registered_at", "last_accepted_at", "retired_at", "retire_reason"),
    )
    list_filter = (IsLive, "service")
    keys: ClassVar[Sequence[str]] = ("public_id", "device_id", "session_id")
    beside: ClassVar[Sequence[str]] = ("user", "account")
    search_help_text = "A person's whole e-mail address; or an id of a person, device or session."
    fields = (
        *("public_id", "user", "service", "account", "app_id", "locale", "device_id"),
        *("session_id", "known_by", "registered_at", "last_accepted_at", "retired_at"),
        *("retire_reason", "created_at"),
    )
    readonly_fields = ("known_by",)
    actions = ("retire", "try_out")

    @admin.display(description="Known by")
    def known_by(self, registration: Registration) -> str:
        """The end of each of its names: enough to compare, too little to send to."""
        names = (("token", registration.token), ("installation id", registration.fid))
        return ", ".join(f"{what} …{name[-6:]}" for what, name in names if name) or "nothing"

    @admin.action(
        description="Retire: send these devices no pushes until they register again",
        permissions=["act"],
    )
    def retire(self, request: HttpRequest, chosen: QuerySet[Registration]) -> None:
        """Retire the chosen devices."""
        for registration in chosen:
            services.retire_registration(
                registration_id=registration.public_id, reason=RetireReason.OPERATOR
            )
        messages.success(request, "Retired, and announced in the event log.")

    @admin.action(description="Send a test push to these devices", permissions=["act"])
    def try_out(self, request: HttpRequest, chosen: QuerySet[Registration]) -> None:
        """Send the chosen devices a few words, and say what their push services answered."""
        for registration in chosen[:_TRIED_AT_ONCE]:
            check = services.try_device(
                registration_id=registration.public_id,
                title="This is a test",
                body="Somebody looks whether notifications reach you.",
            )
            tell = messages.success if check.is_good else messages.error
            tell(request, f"{registration}: {check.said}")
