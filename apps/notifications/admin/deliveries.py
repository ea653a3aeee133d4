"""Deliveries in the admin: on its way to which device each is, with every attempt."""

import json
from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.notifications.admin.searching import OfPeople
from apps.notifications.models import Delivery

_ATTEMPTS_SHOWN = 20


@admin.register(Delivery)
class DeliveryAdmin(OfPeople):
    """Deliveries, with what was said and answered."""

    icon = "outgoing_mail"
    list_display = (
        *("created_at", "user", "category", "channel", "account", "state", "attempt_count"),
        *("last_code", "last_reason"),
    )
    list_filter = ("state", "channel")
    keys: ClassVar[Sequence[str]] = (
        *("public_id", "registration__public_id", "recipient__notification__public_id"),
    )
    beside: ClassVar[Sequence[str]] = ("user", "account")
    search_help_text = (
        "A person's whole e-mail address; or an id of a person, delivery, device or notification."
    )
    fields = (
        *("public_id", "why", "user", "category", "channel", "device", "account", "state"),
        *("shown", "urgency", "collapse_id", "due_at", "expires_at", "attempt_count"),
        *("last_status", "last_code", "last_reason", "provider_id", "accepted_at"),
        *("delivered_at", "opened_at", "finished_at", "created_at", "attempts"),
    )
    readonly_fields = ("why", "shown", "device", "attempts")

    @admin.display(description="Why")
    def why(self, delivery: Delivery) -> SafeString:
        """The page that tells all of what was decided before."""
        page = reverse("admin:notifications_recipient_change", args=[delivery.recipient_id])
        return format_html('<a class="ledger-link" href="{}">From the first step on</a>', page)

    @admin.display(description="Device")
    def device(self, delivery: Delivery) -> SafeString | str:
        """The registration, if it is a push."""
        if delivery.registration_id is None:
            return "none"
        page = reverse("admin:notifications_registration_change", args=[delivery.registration_id])
        return format_html('<a class="ledger-link" href="{}">{}</a>', page, delivery.registration)

    @admin.display(description="Shown")
    def shown(self, delivery: Delivery) -> SafeString:
        """What the person is shown."""
        text = json.dumps(delivery.content, indent=2, ensure_ascii=False)
        return format_html('<pre class="ledger-text" dir="auto">{}</pre>', text)

    @admin.display(description="Attempts")
    def attempts(self, delivery: Delivery) -> SafeString:
        """What the provider was asked and answered, oldest first."""
        latest = list(delivery.attempts.order_by("-number", "-id")[:_ATTEMPTS_SHOWN])
        return render_to_string("notifications/attempts.html", {"attempts": latest[::-1]})
