"""Sweeps in the admin: what each found and removed, and what is missing."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action

from apps.files import services
from apps.files.admin.acting import FilesPage, size_of
from apps.files.models import Sweep
from apps.files.selectors import report_of


@admin.register(Sweep)
class SweepAdmin(FilesPage):
    """Reports, newest first."""

    icon = "cleaning_services"
    list_display = (
        *("created_at", "seconds", "expired_uploads", "unused_blobs", "orphans", "usages_off"),
        "missing",
    )
    fields = (
        *("created_at", "seconds", "expired_uploads", "unused_blobs", "orphans"),
        *("from_quarantine", "usages_off", "missing_objects", "storages_away"),
    )
    readonly_fields = (
        *("seconds", "expired_uploads", "unused_blobs", "orphans", "from_quarantine"),
        *("usages_off", "missing", "missing_objects", "storages_away"),
    )
    actions_list = ("sweep_now",)

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Sweep now", permissions=["sweep"], icon="cleaning_services"
    )
    def sweep_now(self, request: HttpRequest) -> HttpResponseRedirect:
        """Sweep, and show what that found."""
        report = services.sweep()
        messages.success(request, f"Swept in {report.seconds:.1f} s.")
        return HttpResponseRedirect(reverse("admin:files_sweep_changelist"))

    def has_sweep_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell who may sweep."""
        return self.has_act_permission(request)

    @admin.display(description="Seconds")
    def seconds(self, sweep: Sweep) -> float:
        """How long it took."""
        return report_of(sweep).seconds

    @admin.display(description="Expired uploads")
    def expired_uploads(self, sweep: Sweep) -> int:
        """How many uploads nobody finished in time."""
        return report_of(sweep).expired_uploads

    @admin.display(description="Contents of no file")
    def unused_blobs(self, sweep: Sweep) -> int:
        """How many contents no file had any more."""
        return report_of(sweep).unused_blobs

    @admin.display(description="Objects without a row")
    def orphans(self, sweep: Sweep) -> str:
        """How many objects no row knew."""
        report = report_of(sweep)
        return f"{report.orphaned_objects} ({size_of(report.orphaned_bytes)})"

    @admin.display(description="From quarantine")
    def from_quarantine(self, sweep: Sweep) -> int:
        """How many infected contents were removed for good."""
        return report_of(sweep).quarantined_objects

    @admin.display(description="Usages set right")
    def usages_off(self, sweep: Sweep) -> int:
        """Of how many people the usage was wrong."""
        return report_of(sweep).usages_off

    @admin.display(description="Missing")
    def missing(self, sweep: Sweep) -> int:
        """How many objects were missing."""
        return len(report_of(sweep).missing_objects)

    @admin.display(description="Missing objects")
    def missing_objects(self, sweep: Sweep) -> SafeString:
        """Which objects were missing."""
        return format_html_join(
            "", "{}<br>", ((name,) for name in report_of(sweep).missing_objects)
        )

    @admin.display(description="Storages that did not answer")
    def storages_away(self, sweep: Sweep) -> str:
        """Which storages could not be swept."""
        return ", ".join(report_of(sweep).storages_away)
