"""The operator's view of the log: a browser of events, the consumers, and what was skipped."""

import json
from collections.abc import Callable
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from typing_extensions import override

from apps.events import services
from apps.events.models import ConsumerCursor, LogEntry, SkippedEvent
from apps.kernel.admin import ReadOnlyAdmin
from apps.kernel.errors import AppError

TYPED_AMONG = 50_000
FOUND_AT_MOST = 500


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """The event log browser."""

    list_display = ("position", "recorded_at", "topic", "actor", "correlation_id")
    search_fields = ("topic",)
    search_help_text = (
        "A whole correlation id, event id or actor; or a whole topic (of the newest "
        f"{TYPED_AMONG:,} events)."
    )
    ordering = ("-position",)
    list_per_page = 50
    exclude = ("payload",)
    readonly_fields = ("readable_payload",)

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[LogEntry], search_term: str
    ) -> tuple[QuerySet[LogEntry], bool]:
        """Search by index only: joined by OR, or without regard to case, they would not be used."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = LogEntry.objects.filter(_condition(term)).order_by("-position")
        positions = list(found.values_list("position", flat=True)[:FOUND_AT_MOST])
        return queryset.filter(position__in=positions), False

    @admin.display(description="Payload")
    def readable_payload(self, entry: LogEntry) -> SafeString:
        """The payload, indented."""
        text = json.dumps(entry.payload, indent=2, ensure_ascii=False, sort_keys=True)
        return format_html("<pre>{}</pre>", text)


@admin.register(ConsumerCursor)
class ConsumerCursorAdmin(ReadOnlyAdmin):
    """The consumers: where each one stands and what it stopped at."""

    list_display = ("name", "state", "position", "read_until", "failures", "stopped_at")
    list_filter = ("state",)
    search_fields = ("name",)
    actions = ("resume", "skip")

    @admin.action(description="Resume: try the same event again", permissions=["act"])
    def resume(self, request: HttpRequest, chosen: QuerySet[ConsumerCursor]) -> None:
        """Let the chosen consumers try again."""
        self._for_each(request, chosen, lambda name: services.resume_consumer(name=name))

    @admin.action(description="Skip: pass over the event it stopped at", permissions=["act"])
    def skip(self, request: HttpRequest, chosen: QuerySet[ConsumerCursor]) -> None:
        """Let the chosen consumers pass over one event each."""
        reason = f"skipped in the admin by {request.user}"
        self._for_each(request, chosen, lambda name: services.skip_event(name=name, reason=reason))

    def _for_each(
        self, request: HttpRequest, chosen: QuerySet[ConsumerCursor], act: Callable[[str], object]
    ) -> None:
        for name in chosen.values_list("name", flat=True):
            try:
                act(name)
                self.message_user(request, f"{name}: done, and announced in the event log.")
            except AppError as error:
                self.message_user(request, error.detail or error.title, messages.ERROR)


@admin.register(SkippedEvent)
class SkippedEventAdmin(ReadOnlyAdmin):
    """What was skipped, by whom and why."""

    list_display = ("created_at", "consumer", "position", "topic", "reason", "skipped_by")
    list_filter = ("consumer",)
    search_fields = ("topic", "reason")

    @override
    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-id",)


def _condition(term: str) -> Q:
    """Return what a word in the search field asks for, by what it looks like."""
    try:
        wanted = str(UUID(term))
    except ValueError:
        if "." not in term:
            return Q(correlation_id=term)
        newest = LogEntry.objects.aggregate(newest=Max("position"))["newest"] or 0
        return Q(topic=term, position__gt=newest - TYPED_AMONG)
    # An event's own id, else whatever else of it can be one.
    if LogEntry.objects.filter(event_id=wanted).exists():
        return Q(event_id=wanted)
    return (
        Q(actor=wanted)
        if LogEntry.objects.filter(actor=wanted).exists()
        else Q(correlation_id=wanted)
    )
