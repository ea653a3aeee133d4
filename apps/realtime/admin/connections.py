"""Connections in the admin: who is connected to which node, and why a message did not arrive."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from typing_extensions import override

from apps.kernel.admin import ReadOnlyAdmin
from apps.realtime import services
from apps.realtime.admin.forms import WhyForm
from apps.realtime.explain import Explanation, explain_event, explain_number
from apps.realtime.models import Connection

# A name begins with the time at which the node was started.
_TELLING = 8


class IsOpen(admin.SimpleListFilter):
    """Whether a connection is open."""

    title = "state"
    parameter_name = "state"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("closed", "Closed")]

    @override
    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Connection]
    ) -> QuerySet[Connection]:
        if self.value() not in {"open", "closed"}:
            return queryset
        return queryset.filter(closed_at__isnull=self.value() == "open")


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    """Connections of all nodes, newest first."""

    icon = "cable"
    list_display = ("opened_at", "user", "transport", "client_name", "on_node", "end")
    list_filter = (IsOpen, "transport")
    list_select_related = ("user",)
    list_per_page = 50
    ordering = ("-id",)
    search_fields = ("public_id",)
    search_help_text = "An id of a connection, a session or a user; or a user's e-mail address."
    fields = (
        *("public_id", "user", "session_id", "node", "transport", "client_name"),
        *("client_version", "opened_at", "closed_at", "close_code", "close_reason"),
        *("positions", "updated_at"),
    )
    actions = ("disconnect",)
    change_list_template = "realtime/connections.html"

    class Media:
        css: ClassVar = {"all": ("realtime/realtime.css",)}

    @override
    def get_urls(self) -> list[URLPattern]:
        why = self.admin_site.admin_view(require_safe(self.why_view))
        return [path("why/", why, name="realtime_why"), *super().get_urls()]

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Connection], search_term: str
    ) -> tuple[QuerySet[Connection], bool]:
        """Search by what identifies somebody, which an index leads to."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if "@" in term:
            return queryset.filter(user__email=term.lower()), False
        try:
            wanted = UUID(term)
        except ValueError:
            return queryset.none(), False
        condition = Q(public_id=wanted) | Q(session_id=wanted) | Q(user__public_id=wanted)
        return queryset.filter(condition), False

    @admin.display(description="Node", ordering="node")
    def on_node(self, connection: Connection) -> str:
        """Enough of the node's name to tell it from the others."""
        return connection.node[-_TELLING:]

    @admin.display(description="State", ordering="closed_at")
    def end(self, connection: Connection) -> str:
        """Whether it is open; else when it ended, and how."""
        if connection.closed_at is None:
            return "open"
        how = " ".join(filter(None, (str(connection.close_code or ""), connection.close_reason)))
        return f"closed {connection.closed_at:%Y-%m-%d %H:%M:%S}" + (f": {how}" if how else "")

    @admin.action(
        description="Disconnect: close all connections of these people",
        permissions=["disconnect"],
    )
    def disconnect(self, request: HttpRequest, chosen: QuerySet[Connection]) -> None:
        """Close every connection of the people behind the chosen ones."""
        people = set(chosen.values_list("user__public_id", flat=True))
        for user_id in people:
            services.disconnect_user(user_id=user_id)
        messages.success(request, f"{len(people)} people, and announced in the event log.")

    def has_disconnect_permission(self, request: HttpRequest) -> bool:
        """Tell who may disconnect people."""
        return request.user.has_perm("realtime.disconnect_user")

    def why_view(self, request: HttpRequest) -> HttpResponse:
        """Answer why a person did not get a message."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = WhyForm(request.GET or None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Why did this user not get a message?",
            "form": form,
            "explanation": _explained(form),
        }
        return render(request, "realtime/why.html", context)


def _explained(form: WhyForm) -> Explanation | None:
    if not form.is_bound or not form.is_valid():
        return None
    asked = form.cleaned_data
    if asked["event"]:
        return explain_event(user=asked["person"], event_id=asked["event"])
    return explain_number(user=asked["person"], channel=asked["channel"], offset=asked["number"])
