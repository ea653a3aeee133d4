"""The operator's view of webhooks: endpoints and how they do, deliveries with every attempt."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from typing_extensions import override
from unfold.admin import ModelAdmin, StackedInline

from apps.kernel.admin import ReadOnlyAdmin
from apps.kernel.errors import AppError
from apps.webhooks import selectors, services
from apps.webhooks.models import Attempt, Delivery, Endpoint
from apps.webhooks.types import DisabledBy


class ActsByService:
    """Carries out an action on each chosen row by a service, and tells what came of it."""

    def act_on_each(
        self, request: HttpRequest, chosen: QuerySet[Any], act: Callable[[UUID], None]
    ) -> None:
        """Let the service do it; one that refuses does not keep the others from it."""
        done = 0
        for row in chosen:
            try:
                act(row.public_id)
                done += 1
            except AppError as error:
                messages.error(request, f"{row}: {error.detail or error.title}")
        if done:
            messages.success(request, f"{done} done, and announced in the event log.")


@admin.register(Endpoint)
class EndpointAdmin(ActsByService, ModelAdmin):  # type: ignore[misc]  # unfold ships no types
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

    @admin.action(description="Disable: send nothing more, cancel what is pending")
    def disable(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> None:
        """Disable the chosen endpoints."""
        self.act_on_each(
            request,
            chosen,
            lambda id_: services.disable_endpoint(endpoint_id=id_, by=DisabledBy.OPERATOR),
        )

    @admin.action(description="Enable: send events from now on")
    def enable(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> None:
        """Enable the chosen endpoints."""
        self.act_on_each(request, chosen, lambda id_: services.enable_endpoint(endpoint_id=id_))


class AttemptInline(StackedInline):  # type: ignore[misc]  # unfold ships no types
    """The attempts of a delivery: what came back, why it ended so, what was to follow."""

    model = Attempt
    extra = 0
    max_num = 0
    can_delete = False
    ordering = ("-number", "-id")
    fields = (
        ("started_at", "outcome", "status"),
        "reason",
        ("next_attempt_at", "timing"),
        "sent_headers",
        "answer",
    )
    readonly_fields = (
        *("started_at", "outcome", "status", "reason", "next_attempt_at"),
        *("timing", "sent_headers", "answer"),
    )

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes what happened."""
        return False

    @admin.display(description="Time")
    def timing(self, attempt: Attempt) -> str:
        """Where the time went."""
        steps = (
            ("DNS", attempt.dns_ms),
            ("connect", attempt.connect_ms),
            ("TLS", attempt.tls_ms),
            ("first byte", attempt.first_byte_ms),
            ("in all", attempt.duration_ms),
        )
        return " · ".join(f"{name} {ms:.1f} ms" for name, ms in steps if ms is not None)

    @admin.display(description="Request headers")
    def sent_headers(self, attempt: Attempt) -> SafeString:
        """What was sent besides the body."""
        return _preformatted(_lines(attempt.request_headers.items()))

    @admin.display(description="Answer")
    def answer(self, attempt: Attempt) -> SafeString:
        """Headers and the beginning of the body of the answer."""
        if attempt.status is None:
            return format_html("None ({})", attempt.error)
        body = bytes(attempt.response_body).decode(errors="replace")
        cut = "\n… (cut)" if attempt.is_cut else ""
        return _preformatted(f"{_lines(attempt.response_headers)}\n\n{body}{cut}")


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
    list_select_related = ("message", "endpoint")
    list_per_page = 50
    # Counting millions would take longer than reading the page.
    show_full_result_count = False
    ordering = ("-id",)
    search_fields = ("public_id",)
    search_help_text = "An id of a delivery or of an event (webhook-id), or a whole event type."
    fields = (
        *("public_id", "event_type", "webhook_id", "endpoint", "owner", "state"),
        *("attempt_count", "resend_count", "next_attempt", "last_status", "last_reason"),
        *("created_at", "finished_at", "body"),
    )
    readonly_fields = ("event_type", "webhook_id", "next_attempt", "body")
    inlines = (AttemptInline,)
    actions = ("resend",)

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        deliveries: QuerySet[Delivery] = super().get_queryset(request)
        return selectors.without_bodies(deliveries)

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
            return queryset.filter(message__topic=term), False
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

    @admin.display(description="Body")
    def body(self, delivery: Delivery) -> SafeString:
        """The payload, indented; sent without the white space."""
        text = json.dumps(json.loads(bytes(delivery.message.body)), indent=2, ensure_ascii=False)
        return _preformatted(text)

    @admin.action(description="Resend: a full round of attempts, under the same webhook-id")
    def resend(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        """Send the chosen deliveries again."""
        self.act_on_each(request, chosen, lambda id_: services.resend_delivery(delivery_id=id_))


def _with_id(wanted: UUID) -> list[int]:
    """Return the deliveries of that id or event: two look-ups, since an OR reads the table."""
    return [
        *Delivery.objects.filter(public_id=wanted).values_list("pk", flat=True),
        *Delivery.objects.filter(message__public_id=wanted).values_list("pk", flat=True),
    ]


def _lines(headers: Any) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)


def _preformatted(text: str) -> SafeString:
    return format_html('<pre style="white-space: pre-wrap; word-break: break-all">{}</pre>', text)
