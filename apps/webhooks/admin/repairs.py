"""Recoveries and examinations in the admin: how far the one is, and what the other found."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.kernel.admin import ReadOnlyAdmin
from apps.webhooks import selectors, services
from apps.webhooks.admin.acting import ActsByService
from apps.webhooks.models import Examination, Recovery


@admin.register(Recovery)
class RecoveryAdmin(ActsByService, ReadOnlyAdmin):
    """Whole periods that are sent again, newest first."""

    list_display = ("created_at", "endpoint", "kind", "state", "bar", "done", "total")
    list_filter = ("state", "kind")
    list_select_related = ("endpoint",)
    list_per_page = 25
    search_fields = ("=public_id", "endpoint__url")
    fields = (
        *("public_id", "endpoint", "kind", "since", "until", "event_types", "state", "bar"),
        *("done", "total", "pace", "requested_by", "created_at", "finished_at"),
    )
    readonly_fields = ("bar", "pace")
    actions = ("cancel",)

    @admin.display(description="Progress")
    def bar(self, recovery: Recovery) -> SafeString:
        """How far it is."""
        percent = recovery.progress.percent
        return format_html(
            '<progress max="100" value="{}">{} %</progress> {} %', percent, percent, percent
        )

    @admin.display(description="Pace")
    def pace(self, recovery: Recovery) -> str:
        """How fast it is, and when it will be done."""
        progress = recovery.progress
        left = "" if progress.seconds_left is None else f", {progress.seconds_left:.0f} s left"
        return f"{progress.per_second} per second{left}"

    @admin.action(description="Cancel: make nothing more due", permissions=["act"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Recovery]) -> None:
        """Stop the chosen recoveries."""
        self.act_on_each(request, chosen, lambda id_: services.cancel_recovery(recovery_id=id_))


@admin.register(Examination)
class ExaminationAdmin(ReadOnlyAdmin):
    """What the doctor found at receivers, newest first."""

    list_display = ("created_at", "endpoint", "state", "finding", "finished_at")
    list_filter = ("state", "finding")
    list_select_related = ("endpoint",)
    list_per_page = 25
    search_fields = ("=public_id", "endpoint__url")
    fields = (
        *("public_id", "endpoint", "state", "finding", "report"),
        *("requested_by", "created_at", "finished_at"),
    )
    readonly_fields = ("report",)

    class Media:
        css: ClassVar = {"all": ("webhooks/webhooks.css",)}

    @admin.display(description="Report")
    def report(self, examination: Examination) -> SafeString:
        """Every check, with what to mend."""
        return render_to_string(
            "webhooks/checks.html", {"checks": selectors.checks_of(examination)}
        )
