"""Categories in the admin: those of operators, and those they set otherwise than their app."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from typing_extensions import override
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.notifications import services
from apps.notifications.admin.declared import OverDeclared
from apps.notifications.admin.lines import TranslationsField
from apps.notifications.category_lookup import settings_in
from apps.notifications.models import Category
from apps.notifications.ports import categories
from apps.notifications.types import Channel


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """One category; its channels as boxes to tick."""

    channels = forms.MultipleChoiceField(
        choices=Channel.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="On unless the person says otherwise.",
    )
    translations = TranslationsField(
        label="In other languages",
        help_text="One a line: he = שם | תיאור. People find these in their settings.",
    )

    class Meta:
        model = Category
        fields = "__all__"  # noqa: DJ007  the admin names them

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if not self.errors:
            # A category that is there already keeps its key, which is not asked for.
            told = Category(**{"key": self.instance.key, **cleaned})
            for field, detail in services.flaws_of_category(settings_in(told)):
                self.add_error(field, detail)
        return cleaned


@admin.register(Category)
class CategoryAdmin(OverDeclared):
    """Kinds of notifications; what an app declares holds until a row takes its place."""

    icon = "category"
    form = CategoryForm
    list_display = ("key", "name", "is_mandatory", "channels", "throttle_limit", "digest_seconds")
    search_fields = ("key", "name")
    fieldsets = (
        (None, {"fields": ("key", "name", "description", "translations")}),
        ("How it is sent", {"fields": ("channels", "is_mandatory", "is_push_only_when_offline")}),
        ("At most", {"fields": ("throttle_limit", "throttle_seconds", "digest_seconds")}),
    )

    @override
    def declared(self) -> dict[str, str]:
        return {entry.name: entry.settings.name for entry in categories}

    @override
    def delete_by_service(self, key: str) -> None:
        services.delete_category(key=key)

    @override
    def save_model(
        self, request: HttpRequest, obj: Category, form: "forms.ModelForm[Category]", change: bool
    ) -> None:
        services.save_category(settings_in(obj))
        obj.pk = Category.objects.values_list("pk", flat=True).get(key=obj.key)

    @override
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        declared = categories.get(request.GET.get("key", ""))
        if declared is None:
            return dict(super().get_changeform_initial_data(request))
        return asdict(declared.settings)
