"""What is wrong with a template, or will surprise somebody, before anybody is sent it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from django.conf import settings

from apps.kernel.errors import AppError
from apps.notifications.bidi import is_sound
from apps.notifications.budgets import BUDGETS, size_of
from apps.notifications.languages import TAG
from apps.notifications.placeholders import NAME, is_malformed, names_in
from apps.notifications.rendering import content_for
from apps.notifications.types import Channel, PushService, TemplateTexts, Text

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
# Filled in for every digest, whoever sends.
ALWAYS_KNOWN = {"count": "3", "items": "First\nSecond\nThird"}
_PARTS = ("title", "body", "url")
LONGEST_KEY = 64
LONGEST_TITLE = 500
LONGEST_URL = 2048


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing about a template: ``where`` is a field, or a text as "he", "he email title"."""

    where: str
    code: str
    message: str
    # Keeps the template from being saved.
    is_error: bool = True


def findings_in(
    template: TemplateTexts, *, declared: TemplateTexts | None, categories: Collection[str]
) -> list[Finding]:
    """Return all that is wrong with a template, and warnings; errors first.

    With ``declared``, the template is written over one that an app declares and fills in: it can
    have no variables that the app does not know.
    """
    found = [
        *_of_frame(template, categories),
        *_of_variables(template, declared),
        *(one for key, text in template.texts.items() for one in _of_text(key, text)),
        *_of_mentions(template),
        *_of_languages(template),
    ]
    if not any(finding.is_error for finding in found):
        found += _of_sizes(template)
    return sorted(found, key=lambda finding: not finding.is_error)


def with_samples(template: TemplateTexts) -> TemplateTexts:
    """Return the template with samples for all that its texts may mention."""
    return replace(template, variables={**ALWAYS_KNOWN, **template.variables})


def _of_frame(template: TemplateTexts, categories: Collection[str]) -> Iterator[Finding]:
    if not KEY.fullmatch(template.key) or len(template.key) > LONGEST_KEY:
        message = "Use up to 64 lower-case letters, digits, underscores and dots."
        yield Finding(where="key", code="malformed", message=message)
    if template.category not in categories:
        message = f"There is no category {template.category!r}."
        yield Finding(where="category", code="unknown", message=message)
    if not template.texts:
        message = "Write at least one text."
        yield Finding(where="texts", code="required", message=message)


def _of_variables(template: TemplateTexts, declared: TemplateTexts | None) -> Iterator[Finding]:
    for name, sample in template.variables.items():
        where = f"variables.{name}"
        if not NAME.fullmatch(name):
            message = "A name has lower-case letters, digits and underscores."
            yield Finding(where=where, code="malformed", message=message)
        if not sample.strip():
            message = "Give a sample: previews and size checks use it."
            yield Finding(where=where, code="no_sample", message=message)
        if declared is not None and name not in declared.variables:
            known = ", ".join(declared.variables) or "none"
            message = f"The app that sends this template fills in {known}."
            yield Finding(where=where, code="never_filled", message=message)


def _of_text(key: tuple[str, str], text: Text) -> Iterator[Finding]:
    where = _where(*key)
    if not TAG.fullmatch(key[1]):
        message = "Name a language by its BCP-47 tag, such as en, he or pt-BR."
        yield Finding(where=where, code="language", message=message)
    if not text.title.strip():
        message = "Write a title: every channel shows it."
        yield Finding(where=f"{where} title", code="required", message=message)
    if len(text.title) > LONGEST_TITLE or len(text.url) > LONGEST_URL:
        message = f"A title has up to {LONGEST_TITLE} characters, an address {LONGEST_URL:,}."
        yield Finding(where=where, code="too_long", message=message)
    for part in _PARTS:
        words = getattr(text, part)
        if is_malformed(words):
            message = "A placeholder is written {{ name }}; nothing else stands in double braces."
            yield Finding(where=f"{where} {part}", code="malformed", message=message)
        if not is_sound(words):
            message = "It holds marks that turn the direction of what follows; take them out."
            yield Finding(where=f"{where} {part}", code="direction", message=message)


def _of_mentions(template: TemplateTexts) -> Iterator[Finding]:
    known = {**ALWAYS_KNOWN, **template.variables}
    mentioned = {_where(*key): _mentioned(text) for key, text in template.texts.items()}
    for where, names in mentioned.items():
        for name in sorted(names - set(known)):
            message = f"{name!r} is not among the variables; declare it with a sample."
            yield Finding(where=where, code="undeclared", message=message)
    everywhere = set().union(*mentioned.values())
    for name in sorted(set(template.variables) - everywhere):
        message = "No text mentions it."
        yield Finding(where=f"variables.{name}", code="unused", message=message, is_error=False)
    yield from _of_parity(template)


def _of_parity(template: TemplateTexts) -> Iterator[Finding]:
    """Find what one language tells and another does not, on the same channel."""
    for channel in dict.fromkeys(channel for channel, _ in template.texts):
        told = {
            tag: _mentioned(text) & set(template.variables)
            for (of, tag), text in template.texts.items()
            if of == channel
        }
        for tag, names in told.items():
            lacking = set().union(*told.values()) - names
            if lacking:
                message = f"Other languages mention {', '.join(sorted(lacking))} here."
                where = _where(channel, tag)
                yield Finding(where=where, code="parity", message=message, is_error=False)


def _of_languages(template: TemplateTexts) -> Iterator[Finding]:
    tags = {tag for _, tag in template.texts}
    if tags and settings.LANGUAGE_CODE not in tags:
        message = (
            f"Without {settings.LANGUAGE_CODE}, people whose languages are missing get {min(tags)}."
        )
        yield Finding(where="texts", code="no_default", message=message, is_error=False)
    for tag in sorted(tags):
        lacking = [
            channel.label
            for channel in Channel
            if (channel, tag) not in template.texts and ("", tag) not in template.texts
        ]
        if lacking:
            message = f"It has no words for {', '.join(lacking)}: another language is taken."
            yield Finding(where=tag, code="incomplete", message=message, is_error=False)


def _of_sizes(template: TemplateTexts) -> Iterator[Finding]:
    try:
        _render_all(template)
    except AppError as error:
        yield Finding(where="texts", code="unrenderable", message=error.detail or error.title)
        return
    for tag, service, size in sizes_of(template):
        if size > BUDGETS[service]:
            message = (
                f"{service.label} carries {BUDGETS[service]:,} bytes; with the samples it is "
                f"{size:,}. Write less, or keep long words to e-mail and inbox."
            )
            yield Finding(where=tag, code="too_large", message=message)


def sizes_of(template: TemplateTexts) -> Iterator[tuple[str, PushService, int]]:
    """Yield how many bytes the samples make, by language and push service."""
    sampled = with_samples(template)
    for tag in sorted({tag for of, tag in template.texts if of in {"", Channel.PUSH}}):
        content = content_for(sampled, channel=Channel.PUSH, languages=[tag])
        for service in PushService:
            yield tag, service, size_of(content, service)


def _render_all(template: TemplateTexts) -> None:
    sampled = with_samples(template)
    for of, tag in template.texts:
        for channel in [Channel(of)] if of else Channel:
            content_for(sampled, channel=channel, languages=[tag])


def _where(channel: str, tag: str) -> str:
    return f"{tag} {channel}".strip()


def _mentioned(text: Text) -> set[str]:
    return {name for part in _PARTS for name in names_in(getattr(text, part))}


def by_field(findings: Collection[Finding]) -> list[Mapping[str, str]]:
    """Return findings as errors of a problem name them."""
    return [
        {"field": finding.where, "code": finding.code, "detail": finding.message}
        for finding in findings
    ]
