"""Devices in the admin: how far each has come, what it holds back, and why it lacks a row."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from typing_extensions import override

from apps.sync.admin.forms import WhyForm
from apps.sync.admin.pages import SyncPage
from apps.sync.explain import Explanation, explain
from apps.sync.models import SyncConflict, SyncState
from apps.sync.types import ConflictState
from apps.sync.waiting import MOST_COUNTED, waiting_for

_MS_PER_SECOND = 1000
# A clock that is off by less is called right: half a trip of a slow network is as much.
_RIGHT_WITHIN_MS = 2000


class _DeviceList(ChangeList):
    """A page of devices, with what is counted for all of them at once."""

    @override
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        _count_for(self.result_list)


@admin.register(SyncState)
class StateAdmin(SyncPage):
    """Devices that sync, the latest to come first."""

    icon = "sync"
    of_state = ""
    beside = ("user",)
    list_display = (
        *("installation_id", "user", "last_pull_at", "last_push_at", "behind"),
        *("pending_operations", "conflicts", "schema_version", "app_version", "skew"),
    )
    list_filter = ("schema_version",)
    fields = (
        *("public_id", "installation_id", "user", "app_version", "schema_version"),
        *("last_pull_at", "last_push_at", "behind", "pending_operations", "conflicts", "skew"),
        *("checkpoint_number", "replaced_at", "replaced_because", "created_at", "why"),
    )
    readonly_fields = ("behind", "conflicts", "skew", "why")
    change_list_template = "sync/states.html"

    @override
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _DeviceList

    @override
    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> SyncState | None:
        state: SyncState | None = super().get_object(request, object_id, from_field)
        if state is not None:
            _count_for([state])
        return state

    @override
    def get_urls(self) -> list[URLPattern]:
        why = self.admin_site.admin_view(require_safe(self.why_view))
        return [path("why/", why, name="sync_why"), *super().get_urls()]

    @admin.display(description="Behind")
    def behind(self, state: SyncState) -> str:
        """How many rows wait for its next pull, about."""
        waiting: int | None = getattr(state, "_waiting", None)
        if waiting is None:
            return "everything"
        return f"{waiting:,}" if waiting < MOST_COUNTED else f"{MOST_COUNTED:,} or more"

    @admin.display(description="Open conflicts")
    def conflicts(self, state: SyncState) -> int:
        """How many conflicts of it wait for somebody's decision."""
        count: int = getattr(state, "_conflicts", 0)
        return count

    @admin.display(description="Clock", ordering="clock_offset_ms")
    def skew(self, state: SyncState) -> str:
        """How its clock goes, seen from ours."""
        offset = state.clock_offset_ms
        if abs(offset) < _RIGHT_WITHIN_MS:
            return "right"
        way = "behind" if offset > 0 else "ahead"
        return f"{abs(offset) / _MS_PER_SECOND:,.1f} s {way}"

    @admin.display(description="A row is missing?")
    def why(self, state: SyncState) -> SafeString:
        """Where to ask."""
        url = reverse("admin:sync_why", query={"device": state.public_id})
        return format_html(
            '<a class="sync-link" href="{}">Why did this row not reach this device?</a>', url
        )

    def why_view(self, request: HttpRequest) -> HttpResponse:
        """Answer why a row did not reach a device."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        is_asked = "record" in request.GET
        form = WhyForm(request.GET) if is_asked else WhyForm(initial=request.GET.dict())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Why did this row not reach this device?",
            "form": form,
            "explanation": _explained(form),
        }
        return render(request, "sync/why.html", context)


def _explained(form: WhyForm) -> Explanation | None:
    if not form.is_bound or not form.is_valid():
        return None
    asked = form.cleaned_data
    return explain(asked["device"].pk, asked["table"], asked["record"])


def _count_for(states: list[SyncState]) -> None:
    """Count for the devices of a page, in two statements, and leave it with them."""
    ids = [state.pk for state in states]
    waiting = waiting_for(ids)
    open_ones = SyncConflict.objects.filter(state_id__in=ids, settled=ConflictState.OPEN)
    counted = open_ones.order_by().values_list("state_id").annotate(count=Count("*"))
    conflicts = dict(counted)
    for state in states:
        vars(state).update(_waiting=waiting.get(state.pk), _conflicts=conflicts.get(state.pk, 0))
