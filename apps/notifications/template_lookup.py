"""Finding templates: what an operator wrote, over what an app declared."""

from apps.notifications.errors import UnknownTemplate
from apps.notifications.models import Template
from apps.notifications.ports import templates
from apps.notifications.types import TemplateTexts, Text


def template_texts(key: str) -> TemplateTexts:
    """Return the template of this key; raises UnknownTemplate.

    An operator's text takes the place of the declared one for the same channel and language, and
    their samples and category that of the declared.
    """
    written = written_texts(key)
    declared = declared_texts(key)
    if written is None and declared is None:
        raise UnknownTemplate(f"There is no template {key!r}.")
    return merged(declared, written)


def declared_texts(key: str) -> TemplateTexts | None:
    """Return the template that an app declares under this key, or None."""
    entry = templates.get(key)
    return None if entry is None else entry.template


def written_texts(key: str) -> TemplateTexts | None:
    """Return what operators wrote under this key, or None."""
    row = Template.objects.filter(key=key).prefetch_related("texts").first()
    if row is None:
        return None
    return TemplateTexts(
        key=row.key,
        category=row.category,
        variables=row.variables,
        texts={
            (text.channel, text.language): Text(title=text.title, body=text.body, url=text.url)
            for text in row.texts.all()
        },
    )


def merged(declared: TemplateTexts | None, written: TemplateTexts | None) -> TemplateTexts:
    """Return the written template over the declared one; one of them is there."""
    if declared is None or written is None:
        found = written or declared
        assert found is not None
        return found
    return TemplateTexts(
        key=written.key,
        category=written.category,
        variables={**declared.variables, **written.variables},
        texts={**declared.texts, **written.texts},
    )
