"""Templates in the admin: the words, and beside them what each platform makes of them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST
from typing_extensions import override
from unfold.admin import StackedInline
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.notifications import services
from apps.notifications.admin.declared import OverDeclared
from apps.notifications.admin.template_form import TemplateForm, template_in
from apps.notifications.models import Template, TemplateText
from apps.notifications.ports import templates
from apps.notifications.previews import previews_of
from apps.notifications.template_lookup import declared_texts, merged
from apps.notifications.types import Channel

# Turned by preview.js once the language is told.
_AUTO = {"dir": "auto"}


class TextForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """One language's words for one channel."""

    channel = forms.ChoiceField(
        choices=[("", "Every channel"), *Channel.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = TemplateText
        fields = ("channel", "language", "title", "body", "url")
        widgets: ClassVar = {
            "title": UnfoldAdminTextInputWidget(attrs=_AUTO),
            "body": UnfoldAdminTextareaWidget(attrs={**_AUTO, "rows": 3}),
            "url": UnfoldAdminTextInputWidget(),
        }


class TextInline(StackedInline):  # type: ignore[misc]  # unfold ships no types
    """The texts, in a declared template's place where one of the same key is written over."""

    model = TemplateText
    form = TextForm
    fields = (("channel", "language"), "title", "body", "url")
    extra = 0

    @override
    def get_extra(self, request: HttpRequest, obj: Template | None = None, **_: Any) -> int:
        return len(_declared_rows(request)) or (0 if obj else 1)

    @override
    def get_formset(self, request: HttpRequest, obj: Template | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        rows = [] if request.method == "POST" else _declared_rows(request)

        class Prefilled(formset):  # type: ignore[misc, valid-type]  # made by unfold at run time
            def __init__(self, *args: Any, **options: Any) -> None:
                if rows:
                    options["initial"] = rows
                super().__init__(*args, **options)

        return Prefilled


@admin.register(Template)
class TemplateAdmin(OverDeclared):
    """Templates: refused at saving where a platform or a reader would stumble."""

    icon = "edit_note"
    form = TemplateForm
    inlines = (TextInline,)
    list_display = ("key", "category", "languages", "updated_at")
    list_filter = ("category",)
    search_fields = ("key", "texts__title", "texts__body")
    fields = ("key", "category", "variables")
    change_form_after_template = "notifications/preview_panel.html"

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Template]:
        rows: QuerySet[Template] = super().get_queryset(request)
        return rows.prefetch_related("texts")

    @override
    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(require_POST(self.preview_view))
        own = path("preview/", preview, name="notifications_template_preview")
        return [own, *super().get_urls()]

    @override
    def declared(self) -> dict[str, str]:
        return {entry.name: next(iter(entry.template.texts.values())).title for entry in templates}

    @override
    def delete_by_service(self, key: str) -> None:
        services.delete_template(key=key)

    @override
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        declared = declared_texts(request.GET.get("key", ""))
        if declared is None:
            return dict(super().get_changeform_initial_data(request))
        return {
            "key": declared.key,
            "category": declared.category,
            "variables": declared.variables,
        }

    @override
    def save_model(
        self, request: HttpRequest, obj: Template, form: "forms.ModelForm[Template]", change: bool
    ) -> None:
        for finding in services.save_template(template_in(request.POST, key=obj.key)):
            messages.warning(request, f"{finding.where}: {finding.message}")
        obj.pk = Template.objects.values_list("pk", flat=True).get(key=obj.key)

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing: the texts were saved with their template, which was checked as a whole."""

    @override
    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        return [{"added": {}}] if add else [{"changed": {"fields": ["texts"]}}]

    @admin.display(description="Languages")
    def languages(self, template: Template) -> str:
        """The languages that operators wrote."""
        return ", ".join(sorted({text.language for text in template.texts.all()}))

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Answer with what each platform makes of the form as it stands, saved or not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        template = template_in(request.POST, key=request.GET.get("key", ""))
        shown = merged(declared_texts(template.key), template)
        context = {
            "findings": services.lint_template(template),
            "languages": previews_of(shown),
        }
        return render(request, "notifications/previews.html", context)


def _declared_rows(request: HttpRequest) -> list[dict[str, str]]:
    """Return the declared texts as the rows to begin with, where one is written over."""
    declared = declared_texts(request.GET.get("key", ""))
    if declared is None or request.resolver_match is None:
        return []
    if not (request.resolver_match.url_name or "").endswith("_add"):
        return []
    return [
        {
            "channel": channel,
            "language": language,
            "title": text.title,
            "body": text.body,
            "url": text.url,
        }
        for (channel, language), text in declared.texts.items()
    ]
