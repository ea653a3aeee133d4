"""Conflicts in the admin: both versions beside each other, and deciding between them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from typing_extensions import override

from apps.kernel.errors import AppError
from apps.sync import services
from apps.sync.admin.forms import DecideForm
from apps.sync.admin.pages import SyncPage
from apps.sync.models import SyncConflict
from apps.sync.types import ConflictState, Resolution


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One field of both versions."""

    field: str
    mine: str
    theirs: str
    has_met: bool


@admin.register(SyncConflict)
class ConflictAdmin(SyncPage):
    """Conflicts, newest first."""

    icon = "difference"
    beside = ("user", "state")
    list_display = ("created_at", "table", "record_id", "user", "kind", "settled", "resolution")
    list_filter = ("settled", "kind")
    fields = (
        *("public_id", "created_at", "user", "state", "table", "record_id", "scope", "kind"),
        *("settled", "versions", "decide", "base_revision", "server_revision"),
        *("resolution", "resolved_by", "resolved_at"),
    )
    readonly_fields = ("versions", "decide")
    actions = ("take_mine", "take_theirs")

    @override
    def get_urls(self) -> list[URLPattern]:
        decide = never_cache(require_http_methods(["GET", "HEAD", "POST"])(self.decide_view))
        own = path(
            "<int:conflict_id>/decide/", self.admin_site.admin_view(decide), name="sync_decide"
        )
        return [own, *super().get_urls()]

    @admin.display(description="Versions")
    def versions(self, conflict: SyncConflict) -> SafeString:
        """Both versions, field by field; those that met first."""
        lines = sorted(_lines(conflict), key=lambda line: (not line.has_met, line.field))
        context = {"lines": lines, "is_deleted": conflict.theirs is None}
        return render_to_string("sync/versions.html", context)

    @admin.display(description="Decide")
    def decide(self, conflict: SyncConflict) -> SafeString:
        """Where an open one is decided."""
        if conflict.settled != ConflictState.OPEN:
            return SafeString("-")
        url = reverse("admin:sync_decide", args=[conflict.pk])
        return format_html('<a class="sync-link" href="{}">Decide whose version stays</a>', url)

    @admin.action(
        description="Take the device's version: it is written as by its user",
        permissions=["act"],
    )
    def take_mine(self, request: HttpRequest, chosen: QuerySet[SyncConflict]) -> None:
        """Decide the chosen conflicts for the devices."""
        self._resolve(request, chosen, Resolution.MINE)

    @admin.action(
        description="Take the server's version: the device's stays in the conflict alone",
        permissions=["act"],
    )
    def take_theirs(self, request: HttpRequest, chosen: QuerySet[SyncConflict]) -> None:
        """Decide the chosen conflicts for the server."""
        self._resolve(request, chosen, Resolution.THEIRS)

    def decide_view(self, request: HttpRequest, conflict_id: int) -> HttpResponse:
        """Ask whose version stays, or which values instead, and decide it so."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        conflict = get_object_or_404(SyncConflict, pk=conflict_id)
        form = DecideForm(request.POST if request.method == "POST" else None, conflict=conflict)
        back = reverse("admin:sync_syncconflict_change", args=[conflict_id])
        if (
            request.method == "POST"
            and form.is_valid()
            and self._is_decided(request, form, conflict)
        ):
            messages.success(request, "Decided; all devices pull what was chosen.")
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Decide the conflict over {conflict}",
            "form": form,
            "versions": self.versions(conflict),
            "back_url": back,
        }
        return render(request, "sync/decide.html", context)

    def _is_decided(self, request: HttpRequest, form: DecideForm, conflict: SyncConflict) -> bool:
        """Let the service decide it; what it refuses is told in the form."""
        try:
            self._decided(request, conflict, **form.cleaned_data)
        except AppError as error:
            form.add_error(None, error.detail or error.title)
            return False
        return True

    def _decided(
        self,
        request: HttpRequest,
        conflict: SyncConflict,
        resolution: str,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        assert request.user.pk is not None, "Only staff comes here."
        chosen = Resolution(resolution)
        services.resolve_conflict(
            conflict.public_id, resolver_id=request.user.pk, resolution=chosen, values=values
        )
        self.log_change(request, conflict, f"Decided: {chosen.label}.")

    def _resolve(
        self, request: HttpRequest, chosen: QuerySet[SyncConflict], resolution: Resolution
    ) -> None:
        """Let the service decide each; one that it refuses does not keep the others from it."""
        done = 0
        for conflict in chosen:
            try:
                self._decided(request, conflict, resolution)
                done += 1
            except AppError as error:
                messages.error(request, f"{conflict}: {error.detail or error.title}")
        if done:
            messages.success(request, f"{done} decided; all devices pull what was chosen.")


def _lines(conflict: SyncConflict) -> Iterator[_Line]:
    theirs: Mapping[str, Any] = conflict.theirs or {}
    for field in {*conflict.mine, *theirs}:
        yield _Line(
            field=field,
            mine=_shown(conflict.mine, field),
            theirs=_shown(theirs, field),
            has_met=field in conflict.fields,
        )


def _shown(values: Mapping[str, Any], field: str) -> str:
    if field not in values:
        return "-"
    value = values[field]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
