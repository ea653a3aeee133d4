"""Writing templates: none is kept that a platform would refuse or a variable is missing from."""

from collections.abc import Sequence

from django.db import transaction

from apps.events.services import announce
from apps.kernel.errors import NotFound
from apps.notifications.category_lookup import all_category_settings
from apps.notifications.errors import TemplateRefused
from apps.notifications.events import TemplateDeleted, TemplateSaved
from apps.notifications.lint import Finding, by_field, findings_in
from apps.notifications.models import Template, TemplateText
from apps.notifications.template_lookup import declared_texts, merged
from apps.notifications.types import TemplateTexts


def lint_template(template: TemplateTexts) -> list[Finding]:
    """Return what is wrong with a template as it would be sent: over the declared one, if any."""
    declared = declared_texts(template.key)
    known = all_category_settings()
    return findings_in(merged(declared, template), declared=declared, categories=known)


@transaction.atomic
def save_template(template: TemplateTexts) -> Sequence[Finding]:
    """Write a template with its texts in the place of the former ones; return what to mind.

    Raises TemplateRefused, naming each text and variable that is at fault; writes nothing then.
    Announces TemplateSaved.
    """
    findings = lint_template(template)
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        raise TemplateRefused(f"{errors[0].where}: {errors[0].message}", errors=by_field(errors))
    row, _ = Template.objects.select_for_update().update_or_create(
        key=template.key,
        defaults={"category": template.category, "variables": dict(template.variables)},
    )
    _write_texts(row, template)
    announce(TemplateSaved(template=template.key, category=template.category))
    return findings


@transaction.atomic
def delete_template(*, key: str) -> None:
    """Let go what operators wrote under this key; what an app declares there is said again.

    Without such an app nothing can be sent by it any more. Raises NotFound. Announces
    TemplateDeleted.
    """
    if not Template.objects.filter(key=key).delete()[0]:
        raise NotFound
    announce(TemplateDeleted(template=key))


def _write_texts(row: Template, template: TemplateTexts) -> None:
    kept = {(text.channel, text.language): text for text in row.texts.all()}
    for (channel, language), text in template.texts.items():
        TemplateText.objects.update_or_create(
            template=row,
            channel=channel,
            language=language,
            defaults={"title": text.title, "body": text.body, "url": text.url},
        )
        kept.pop((channel, language), None)
    row.texts.filter(pk__in=[text.pk for text in kept.values()]).delete()
