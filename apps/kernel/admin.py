"""The bases of admin pages: rows that people only read, and actions that are asked about first."""

from typing import Any

from django.contrib.admin import helpers
from django.contrib.auth import get_permission_codename
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from apps.kernel.paging import EstimatingPaginator

_SHOWN_AT_MOST = 10


class ConfirmedActions(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Asks before an action on chosen rows is carried out.

    An action names who may do it, ``permissions=["act"]`` for whoever may change such rows: without
    a word of it Django lets everybody who may look.
    """

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Tell who may carry out actions; also where nobody changes rows by hand."""
        codename = get_permission_codename("change", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponseBase | None:
        """Show what was chosen; carry the action out once that is confirmed."""
        action = self.get_actions(request).get(request.POST.get("action", ""))
        chosen = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        if action is None or not chosen or "confirmed" in request.POST:
            response: HttpResponseBase | None = super().response_action(request, queryset)
            return response
        _, name, description = action
        is_across = request.POST.get("select_across") == "1"
        rows = queryset if is_across else queryset.filter(pk__in=chosen)
        count = rows.count()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": description,
            "rows": rows[:_SHOWN_AT_MOST],
            "more": max(0, count - _SHOWN_AT_MOST),
            "told": [
                ("action", name),
                ("select_across", "1" if is_across else "0"),
                *((helpers.ACTION_CHECKBOX_NAME, pk) for pk in chosen),
            ],
        }
        return TemplateResponse(request, "kernel/confirm_action.html", context)


class ReadOnlyAdmin(ConfirmedActions):
    """Look, search, but do not touch; however many rows there are."""

    paginator = EstimatingPaginator
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody changes rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody deletes rows by hand."""
        return False
