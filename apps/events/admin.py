"""The operator's view of the log: a browser of events, the consumers, and what was skipped."""

import json
from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from typing_extensions import override

from apps.events import services
from apps.events.models import ConsumerCursor, LogEntry, SkippedEvent
from apps.kernel.admin import ReadOnlyAdmin
from apps.kernel.errors import AppError


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """The event log browser."""

    list_display = ("position", "recorded_at", "topic", "actor", "correlation_id")
    search_fields = ("=topic", "=correlation_id", "=event_id", "=actor")
    search_help_text = "A whole topic, correlation id, event id or actor."
    ordering = ("-position",)
    # Counting a partitioned log of millions would take longer than reading the page.
    show_full_result_count = False
    list_per_page = 50
    exclude = ("payload",)
    readonly_fields = ("readable_payload",)

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

    @admin.action(description="Resume: try the same event again")
    def resume(self, request: HttpRequest, chosen: QuerySet[ConsumerCursor]) -> None:
        """Let the chosen consumers try again."""
        self._for_each(request, chosen, lambda name: services.resume_consumer(name=name))

    @admin.action(description="Skip: pass over the event it stopped at")
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
