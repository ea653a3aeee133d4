"""Accounts at push services in the admin: their keys go in and never come out."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from typing_extensions import override
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.kernel.clock import now
from apps.kernel.errors import AppError
from apps.kernel.paging import COUNT_AT_MOST
from apps.notifications import services
from apps.notifications.admin.lines import PairsField
from apps.notifications.models import ProviderAccount
from apps.notifications.providers.keys import checked_config, checked_secret
from apps.notifications.types import PushService


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """An account; the form never holds the key that is there."""

    config = PairsField(
        label="Settings",
        help_text="One a line: name = value. FCM: project_id; APNs: team_id, key_id, topic, "
        "environment (production or sandbox); Web Push: subject (mailto: or https:).",
    )
    secret = forms.CharField(
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(
            attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text="FCM: the service account's JSON; APNs: the .p8 key; Web Push: a private key on "
        "P-256 in PEM, or nothing for a new one. Left empty, the key that is there stays. It is "
        "kept encrypted and shown to nobody.",
    )

    class Meta:
        model = ProviderAccount
        fields = ("name", "service", "config", "is_enabled", "is_default")

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        service = cleaned.get("service") or self.instance.service
        if service and "config" in cleaned:
            try:
                self._check(PushService(service), cleaned["config"], cleaned.get("secret", ""))
            except AppError as error:
                self.add_error(None, error.detail or error.title)
        return cleaned

    def _check(self, service: PushService, config: dict[str, str], secret: str) -> None:
        if secret:
            checked_secret(service, config, secret.encode())
        elif self.instance.pk is not None or service is PushService.WEB_PUSH:
            checked_config(service, config)
        else:
            self.add_error("secret", f"An account at {service.label} needs its key.")


@admin.register(ProviderAccount)
class AccountAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Accounts at push services: whether each is taken, and by how many devices it is used."""

    icon = "key"
    form = AccountForm
    list_display = (
        *("name", "service", "standing", "is_enabled", "is_default", "alarm", "alarmed_at"),
    )
    list_filter = ("service", "is_enabled")
    ordering = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "service", "standing", "used_by", "is_enabled", "is_default")}),
        ("What the service wants to know", {"fields": ("config", "secret")}),
        ("What we show it", {"fields": ("token_issued_at", "token_expires_at", "paused_until")}),
    )
    readonly_fields = (
        *("standing", "used_by", "token_issued_at", "token_expires_at", "paused_until"),
    )
    actions_detail = ("try_out",)

    class Media:
        css: ClassVar = {"all": ("notifications/ledger.css",)}

    @override
    def get_readonly_fields(
        self, request: HttpRequest, obj: ProviderAccount | None = None
    ) -> tuple[str, ...]:
        told: tuple[str, ...] = self.readonly_fields
        return told if obj is None else (*told, "name", "service")

    def has_delete_permission(
        self, request: HttpRequest, obj: ProviderAccount | None = None
    ) -> bool:
        """An account is disabled instead: devices name it."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: ProviderAccount,
        form: "forms.ModelForm[ProviderAccount]",
        change: bool,
    ) -> None:
        """Write it by the services, which seal the key."""
        told = form.cleaned_data
        if not change:
            services.create_account(
                name=told["name"],
                service=told["service"],
                config=told["config"],
                secret=told["secret"],
                is_default=told["is_default"],
            )
        elif told["secret"]:
            services.rotate_account_secret(
                name=obj.name, secret=told["secret"], config=_replacing(obj, told["config"])
            )
        services.update_account(
            name=obj.name,
            config=_replacing(obj, told["config"]) if change and not told["secret"] else None,
            is_enabled=told["is_enabled"],
            is_default=told["is_default"] if change else None,
        )
        obj.pk = ProviderAccount.objects.values_list("pk", flat=True).get(name=obj.name)

    @admin.display(description="Standing")
    def standing(self, account: ProviderAccount) -> SafeString:
        """Whether the service takes us."""
        look, told = _standing(account)
        return format_html(
            '<div class="ledger"><p class="ledger-alarm" data-look="{}">{}</p></div>', look, told
        )

    @admin.display(description="Used by")
    def used_by(self, account: ProviderAccount) -> str:
        """How many devices are reached by it."""
        if account.pk is None:
            return "none"
        live = account.registrations.filter(retired_at=None).order_by()
        count = live[: COUNT_AT_MOST + 1].count()
        return f"{count:,} devices" if count <= COUNT_AT_MOST else f"Over {COUNT_AT_MOST:,} devices"

    @action(  # type: ignore[untyped-decorator]  # unfold ships no types
        description="Try it out",
        url_path="try",
        icon="network_check",
        permissions=("change",),
    )
    def try_out(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show the service our key with a message for nobody, once that is confirmed."""
        account = get_object_or_404(ProviderAccount, pk=object_id)
        page = reverse("admin:notifications_provideraccount_change", args=[object_id])
        if request.method == "POST":
            check = services.check_account(name=account.name)
            tell = messages.success if check.is_good else messages.error
            took = "takes our key" if check.is_good else "does not take our key"
            tell(request, f"The service {took}. It said: {check.said}")
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Try {account} out",
            "back_url": page,
        }
        return TemplateResponse(request, "notifications/try_account.html", context)


def _standing(account: ProviderAccount) -> tuple[str, str]:
    if account.pk is None:
        return "wait", "It is tried out once it is saved."
    if account.alarmed_at is not None:
        since = account.alarmed_at.strftime("%Y-%m-%d %H:%M:%S")
        return "bad", f"Refused since {since}: {account.alarm}"
    if not account.is_enabled:
        return "wait", "Disabled: nothing is sent by it."
    if account.paused_until is not None and account.paused_until > now():
        return "wait", "Paused: the service asked for patience."
    return "good", "Nothing is known against it."


def _replacing(account: ProviderAccount, config: dict[str, str]) -> dict[str, str]:
    """Return the settings with an empty word for each that is to go."""
    known = ProviderAccount.objects.values_list("config", flat=True).get(pk=account.pk)
    return {**dict.fromkeys(known, ""), **config}
