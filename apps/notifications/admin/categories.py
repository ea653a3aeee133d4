"""Categories in the admin: those of operators, and those they set otherwise than their app."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from typing_extensions import override
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.notifications.admin.lines import TranslationsField
from apps.notifications.lint import KEY
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

    def clean_key(self) -> str:
        """Refuse what no request could name."""
        key: str = self.cleaned_data["key"]
        if not KEY.fullmatch(key):
            raise forms.ValidationError("Use lower-case letters, digits, underscores and dots.")
        return key

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if bool(cleaned.get("throttle_limit")) != bool(cleaned.get("throttle_seconds")):
            self.add_error("throttle_seconds", "A limit needs the seconds it counts in, and so.")
        return cleaned


@admin.register(Category)
class CategoryAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Kinds of notifications; what an app declares holds until a row takes its place."""

    icon = "category"
    form = CategoryForm
    list_display = ("key", "name", "is_mandatory", "channels", "throttle_limit", "digest_seconds")
    search_fields = ("key", "name")
    list_before_template = "notifications/declared.html"
    fieldsets = (
        (None, {"fields": ("key", "name", "description", "translations")}),
        ("How it is sent", {"fields": ("channels", "is_mandatory", "is_push_only_when_offline")}),
        ("At most", {"fields": ("throttle_limit", "throttle_seconds", "digest_seconds")}),
    )

    class Media:
        css: ClassVar = {"all": ("notifications/texts.css",)}

    @override
    def get_readonly_fields(
        self, request: HttpRequest, obj: Category | None = None
    ) -> tuple[str, ...]:
        return () if obj is None else ("key",)

    @override
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        declared = categories.get(request.GET.get("key", ""))
        if declared is None:
            return dict(super().get_changeform_initial_data(request))
        names = [field.name for field in Category._meta.fields]  # noqa: SLF001  Django's own
        known = vars(declared.settings)
        translations = {tag: vars(name) for tag, name in declared.settings.translations.items()}
        return {name: known[name] for name in names if name in known} | {
            "translations": translations
        }

    @override
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        written = set(Category.objects.values_list("key", flat=True))
        declared = [(entry.name, entry.settings.name) for entry in categories]
        context = {"declared": [(key, text) for key, text in declared if key not in written]}
        answer: HttpResponse = super().changelist_view(request, context | (extra_context or {}))
        return answer
