"""The form of a template with its texts: checked as a whole, by what would be sent."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from typing_extensions import override
from unfold.widgets import UnfoldAdminSelectWidget

from apps.notifications import services
from apps.notifications.admin.lines import PairsField, pairs_in
from apps.notifications.category_lookup import all_category_settings
from apps.notifications.lint import Finding
from apps.notifications.models import Template
from apps.notifications.types import TemplateTexts, Text

_MOST_TEXTS = 200


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """A template's own fields; its texts are the formset ``texts`` of the same request."""

    category = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    variables = PairsField(
        help_text="One a line: name = sample. Texts mention them as {{ name }}; previews and "
        "size checks use the samples. Digests have count and items besides."
    )

    class Meta:
        model = Template
        fields = ("key", "category", "variables")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, settings.name) for key, settings in all_category_settings().items()]
        category = self.fields.get("category")
        if isinstance(category, forms.ChoiceField):
            category.choices = choices

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if isinstance(self.data, QueryDict):
            template = template_in(self.data, key=self.instance.key)
            for finding in services.lint_template(template):
                if finding.is_error:
                    self._tell(finding)
        return cleaned

    def _tell(self, finding: Finding) -> None:
        field = finding.where.partition(".")[0]
        if field in self.fields:
            self.add_error(field, f"{finding.where}: {finding.message}")
        else:
            self.add_error(None, f"{finding.where}: {finding.message}")


def template_in(posted: QueryDict, *, key: str = "") -> TemplateTexts:
    """Return the template that a page's form holds, be it right or not.

    The key is not posted for a template that is there already.
    """
    return TemplateTexts(
        key=key or posted.get("key", "").strip(),
        category=posted.get("category", ""),
        variables=pairs_in(posted.get("variables", "")),
        texts=dict(_texts_in(posted)),
    )


def _texts_in(posted: QueryDict) -> Iterator[tuple[tuple[str, str], Text]]:
    for number in range(min(_count(posted), _MOST_TEXTS)):
        told = {
            name: posted.get(f"texts-{number}-{name}", "").replace("\r\n", "\n").strip()
            for name in ("channel", "language", "title", "body", "url", "DELETE")
        }
        is_blank = not any(told[name] for name in ("language", "title", "body", "url"))
        if told["DELETE"] or is_blank:
            continue
        text = Text(title=told["title"], body=told["body"], url=told["url"])
        yield (told["channel"], told["language"]), text


def _count(posted: QueryDict) -> int:
    told = posted.get("texts-TOTAL_FORMS", "0")
    return int(told) if told.isdecimal() and len(told) < 4 else 0
