"""Deliveries in the admin: why each is where it is, with every attempt as a timeline."""

import json
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from typing_extensions import override

from apps.kernel.admin import ReadOnlyAdmin
from apps.webhooks import selectors, services
from apps.webhooks.admin.acting import ActsByService
from apps.webhooks.admin.timeline import view_of
from apps.webhooks.models import Delivery, Message
from apps.webhooks.selectors import ATTEMPTS_SHOWN

TYPED_AMONG = 50_000
TYPED_AT_MOST = 500


@admin.register(Delivery)
class DeliveryAdmin(ActsByService, ReadOnlyAdmin):
    """Deliveries, newest first, with why they are where they are."""

    list_display = (
        "created_at",
        "event_type",
        "endpoint",
        "state",
        "attempt_count",
        "last_status",
        "last_reason",
        "next_attempt",
    )
    list_filter = ("state",)
    # Not False: Django would then join the endpoint by itself.
    list_select_related = ()
    list_per_page = 25
    ordering = ("-id",)
    search_fields = ("public_id",)
    search_help_text = (
        "An id of a delivery or of an event (webhook-id), or a whole event type (of the newest "
        f"{TYPED_AMONG:,} events)."
    )
    fields = (
        *("public_id", "event_type", "webhook_id", "endpoint", "owner", "state"),
        *("attempt_count", "resend_count", "next_attempt", "last_status", "last_reason"),
        *("created_at", "finished_at", "attempts", "body"),
    )
    readonly_fields = ("event_type", "webhook_id", "next_attempt", "attempts", "body")
    actions = ("resend",)

    class Media:
        css: ClassVar = {"all": ("webhooks/webhooks.css",)}

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        # A page first, then what belongs to its rows: joined, PostgreSQL would sort all days.
        deliveries: QuerySet[Delivery] = super().get_queryset(request)
        return deliveries.prefetch_related("message", "endpoint")

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Delivery], search_term: str
    ) -> tuple[QuerySet[Delivery], bool]:
        """Search by index only: a word within a URL would mean reading all there is."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            wanted = UUID(term)
        except ValueError:
            return queryset.filter(message_id__in=_newest_of_type(term)), False
        return queryset.filter(pk__in=_with_id(wanted)), False

    @admin.display(description="Event type")
    def event_type(self, delivery: Delivery) -> str:
        """The topic."""
        return delivery.message.topic

    @admin.display(description="webhook-id")
    def webhook_id(self, delivery: Delivery) -> UUID:
        """What the receiver knows it by."""
        return delivery.message.public_id

    @admin.display(description="Next attempt")
    def next_attempt(self, delivery: Delivery) -> datetime | None:
        """When it is tried next."""
        return delivery.next_attempt_at

    @admin.display(description="Attempts")
    def attempts(self, delivery: Delivery) -> SafeString:
        """The latest attempts, and where the time of each went."""
        shown = [view_of(attempt) for attempt in selectors.attempts_of(delivery)[:ATTEMPTS_SHOWN]]
        return render_to_string("webhooks/attempts.html", {"attempts": shown})

    @admin.display(description="Body")
    def body(self, delivery: Delivery) -> SafeString:
        """The payload, indented; sent without the white space."""
        text = json.dumps(json.loads(bytes(delivery.message.body)), indent=2, ensure_ascii=False)
        return format_html('<pre class="webhook-text">{}</pre>', text)

    @admin.action(
        description="Resend: a full round of attempts, under the same webhook-id",
        permissions=["act"],
    )
    def resend(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        """Send the chosen deliveries again."""
        self.act_on_each(request, chosen, lambda id_: services.resend_delivery(delivery_id=id_))


def _with_id(wanted: UUID) -> list[int]:
    """Return the deliveries of that id or event: two look-ups, since an OR reads the table."""
    messages = Message.objects.filter(public_id=wanted).values_list("pk", flat=True)
    return [
        *Delivery.objects.filter(public_id=wanted).values_list("pk", flat=True),
        *Delivery.objects.filter(message_id__in=list(messages)).values_list("pk", flat=True),
    ]


def _newest_of_type(event_type: str) -> list[int]:
    """Return the newest messages of a type: no index leads there, so only the newest are read."""
    newest = Message.objects.aggregate(newest=Max("pk"))["newest"] or 0
    of_type = Message.objects.filter(pk__gt=newest - TYPED_AMONG, topic=event_type)
    return list(of_type.order_by("-pk").values_list("pk", flat=True)[:TYPED_AT_MOST])
