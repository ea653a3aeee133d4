"""Notifications in the admin: how far each has come, and a way to call it off."""

import json
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from typing_extensions import override
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.kernel.admin import ReadOnlyAdmin
from apps.kernel.errors import AppError
from apps.kernel.paging import COUNT_AT_MOST
from apps.notifications import services
from apps.notifications.admin.searching import id_in
from apps.notifications.models import Delivery, Notification, Recipient


class CancelForm(forms.Form):
    """Asks why a notification is called off."""

    reason = forms.CharField(
        min_length=3,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "autofocus": True}),
        help_text="Kept in the history of the notification under your name.",
    )


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What was asked to be said, newest first."""

    icon = "campaign"
    list_display = (
        *("created_at", "what", "category", "sender", "target_kind", "state"),
        *("recipient_count", "scheduled_at", "finished_at"),
    )
    list_filter = ("state",)
    list_per_page = 50
    ordering = ("-id",)
    search_fields = ("public_id",)
    search_help_text = "A whole id of a notification."
    fields = (
        *("public_id", "what", "words", "category", "sender", "target_kind", "meant_for"),
        *("ways", "urgency", "ttl_seconds", "collapse_id", "digest_key", "scheduled_at"),
        *("state", "progress", "came_of_it", "finished_at", "idempotency_key"),
        *("correlation_id", "created_at"),
    )
    readonly_fields = ("what", "words", "meant_for", "ways", "progress", "came_of_it")
    actions_detail = ("cancel",)

    class Media:
        css: ClassVar = {"all": ("notifications/ledger.css",)}

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Notification], search_term: str
    ) -> tuple[QuerySet[Notification], bool]:
        """Search by index only."""
        term = search_term.strip()
        if not term:
            return queryset, False
        wanted = id_in(term)
        return (queryset.none() if wanted is None else queryset.filter(public_id=wanted)), False

    @admin.display(description="What", ordering="template")
    def what(self, notification: Notification) -> str:
        """The template, or that it has words of its own."""
        return notification.template or "words of its own"

    @admin.display(description="Words")
    def words(self, notification: Notification) -> SafeString:
        """The words or variables, and data."""
        told = {
            "texts": notification.texts,
            "variables": notification.variables,
            "data": notification.data,
        }
        return _document({name: value for name, value in told.items() if value})

    @admin.display(description="Meant for")
    def meant_for(self, notification: Notification) -> SafeString:
        """Whom it is for."""
        return _document(notification.target)

    @admin.display(description="Channels")
    def ways(self, notification: Notification) -> str:
        """The channels that the sender named."""
        return ", ".join(notification.channels or ()) or "the category's"

    @admin.display(description="Progress")
    def progress(self, notification: Notification) -> SafeString:
        """How many recipients there are by now, and what was decided for them."""
        recipients = Recipient.objects.filter(notification=notification)
        return _counted(
            f"{notification.recipient_count:,} recipients",
            recipients,
            "state",
            reverse("admin:notifications_recipient_changelist"),
            notification,
        )

    @admin.display(description="What came of it")
    def came_of_it(self, notification: Notification) -> SafeString:
        """How many deliveries stand where."""
        deliveries = Delivery.objects.filter(recipient__notification=notification)
        return _counted(
            "Deliveries",
            deliveries,
            "state",
            reverse("admin:notifications_delivery_changelist"),
            notification,
        )

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Cancel",
        url_path="cancel",
        icon="cancel",
        permissions=("send",),
    )
    def cancel(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask why, and send it to nobody who has not been sent it."""
        notification = get_object_or_404(Notification, pk=object_id)
        form = CancelForm(request.POST or None)
        page = reverse("admin:notifications_notification_change", args=[object_id])
        if form.is_valid():
            self._cancel(request, notification, form.cleaned_data["reason"])
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Cancel {notification}",
            "form": form,
            "back_url": page,
        }
        return TemplateResponse(request, "notifications/cancel.html", context)

    def has_send_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell who may cancel: who may send."""
        return request.user.has_perm("notifications.send_notification")

    def _cancel(self, request: HttpRequest, notification: Notification, reason: str) -> None:
        try:
            with transaction.atomic():
                services.cancel_notification(notification_id=notification.public_id)
                self.log_change(request, notification, f"Cancelled: {reason}")
        except AppError as error:
            messages.error(request, error.detail or error.title)
        else:
            messages.success(request, "It goes to nobody who has not been sent it.")


def _document(document: object) -> SafeString:
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return format_html('<pre class="ledger-text" dir="auto">{}</pre>', text)


def _counted(
    title: str, rows: QuerySet[Any], field: str, page: str, notification: Notification
) -> SafeString:
    """Count rows by a field; where there are more than can be counted at once, say so."""
    first = rows.order_by("pk")[:COUNT_AT_MOST].values("pk")
    counts = rows.model.objects.filter(pk__in=first).values_list(field).annotate(n=Count("pk"))
    found = sorted(counts.order_by())
    is_whole = sum(number for _, number in found) < COUNT_AT_MOST
    shown = format_html_join(
        "", "<li><strong>{}</strong> {}</li>", ((f"{number:,}", name) for name, number in found)
    )
    return format_html(
        '<p>{} (<a class="ledger-link" href="{}?q={}">show</a>){}</p>'
        '<ul class="ledger-counts">{}</ul>',
        title,
        page,
        notification.public_id,
        "" if is_whole else f"; of the first {COUNT_AT_MOST:,}",
        shown,
    )
