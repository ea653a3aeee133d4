"""Channels in the admin: where each stands, who is on it, and a console to try one."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from typing_extensions import override

from apps.accounts.services import sign_in_as
from apps.kernel.admin import ReadOnlyAdmin
from apps.kernel.context import current
from apps.kernel.errors import AppError
from apps.realtime import selectors, services
from apps.realtime.admin.forms import PublishForm
from apps.realtime.models import Channel
from apps.realtime.types import Presence, Publication

_SHOWN = 20
_TRIAL_LASTS = timedelta(minutes=15)


@admin.register(Channel)
class ChannelAdmin(ReadOnlyAdmin):
    """Channels: people's own and rooms, the latest made first."""

    icon = "podcasts"
    list_display = ("name", "top", "epoch", "updated_at")
    list_per_page = 50
    ordering = ("-id",)
    search_fields = ("name__startswith",)
    search_help_text = "How the name begins, such as room:building:"
    fields = ("name", "top", "epoch", "created_at", "updated_at", "present", "latest")
    readonly_fields = ("present", "latest")
    change_list_template = "realtime/channels.html"

    class Media:
        css: ClassVar = {"all": ("realtime/realtime.css",)}

    @override
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("console/", wrap(require_safe(self.console_view)), name="realtime_console"),
            path(
                "console/token",
                wrap(never_cache(require_POST(self.token_view))),
                name="realtime_console_token",
            ),
            path(
                "console/publish",
                wrap(require_POST(self.publish_view)),
                name="realtime_console_publish",
            ),
            *super().get_urls(),
        ]

    @admin.display(description="On it now")
    def present(self, channel: Channel) -> SafeString:
        """Who is on the channel, over all nodes."""
        clients: list[Presence] = selectors.presence(channel.name)
        return render_to_string("realtime/present.html", {"clients": clients})

    @admin.display(description="Latest messages")
    def latest(self, channel: Channel) -> SafeString:
        """The newest messages, as clients were handed them."""
        found = selectors.history(channel.name, limit=_SHOWN, newest_first=True)
        return render_to_string(
            "realtime/latest.html", {"publications": list(map(_shown, found.publications))}
        )

    def console_view(self, request: HttpRequest) -> HttpResponse:
        """Show the console: it connects as the operator, subscribes, and publishes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        url = settings.REALTIME_URL.replace("http", "ws", 1) + "/connection/websocket"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Realtime test console",
            "own_channel": f"user:{current().actor}",
            "may_publish": request.user.has_perm("realtime.publish_message"),
            "console": {
                "url": url,
                "tokenUrl": reverse("admin:realtime_console_token"),
                "publishUrl": reverse("admin:realtime_console_publish"),
            },
        }
        return render(request, "realtime/console.html", context)

    def token_view(self, request: HttpRequest) -> HttpResponse:
        """Give the operator a short-lived token of their own: they hear what they may hear."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        assert request.user.pk is not None
        token = sign_in_as(request.user.pk, lifetime=_TRIAL_LASTS).access_token
        return JsonResponse({"token": token})

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        """Publish what the operator wrote."""
        if not request.user.has_perm("realtime.publish_message"):
            raise PermissionDenied
        form = PublishForm(request.POST)
        if not form.is_valid():
            wrong = next(iter(form.errors.values()))[0]
            return JsonResponse({"error": wrong}, status=400)
        try:
            event_id = services.publish_message(
                channels=[form.cleaned_data["channel"]], data=form.cleaned_data["message"]
            )
        except AppError as error:
            return JsonResponse({"error": error.detail or error.title}, status=error.status)
        return JsonResponse({"event_id": str(event_id)})


def _shown(publication: Publication) -> dict[str, object]:
    return {
        "offset": publication.offset,
        "published_at": publication.published_at,
        "event_id": publication.event_id,
        "data": publication.data.decode(),
    }
