"""What a template looks like on each platform, in each of its languages, and what room it takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from apps.kernel.errors import AppError
from apps.notifications.bidi import first_is_rtl, is_rtl
from apps.notifications.budgets import BUDGETS, fitted, size_of
from apps.notifications.lint import with_samples
from apps.notifications.rendering import content_for
from apps.notifications.types import Channel, Content, PushService, TemplateTexts

# In order of how many see them.
PLATFORMS = (
    ("ios", "iOS", Channel.PUSH, PushService.APNS),
    ("android", "Android", Channel.PUSH, PushService.FCM),
    ("web", "Browser", Channel.PUSH, PushService.WEB_PUSH),
    ("email", "E-mail", Channel.EMAIL, None),
    ("inbox", "Inbox", Channel.INBOX, None),
)
# Where the app or the page says which direction; phones look at the first letter.
_TOLD = frozenset({"web", "email", "inbox"})


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One platform's view of one language's words."""

    platform: str
    name: str
    content: Content
    title_direction: str
    body_direction: str
    # Of a push: what it takes, before it is cut, of what there is.
    size: int | None = None
    budget: int | None = None

    @property
    def is_cut(self) -> bool:
        """Whether it had to be cut to fit."""
        return self.size is not None and self.budget is not None and self.size > self.budget

    @property
    def is_tight(self) -> bool:
        """Whether longer values than the samples may have it cut."""
        return self.size is not None and self.budget is not None and self.size > self.budget * 3 / 4


@dataclass(frozen=True, kw_only=True)
class LanguagePreview:
    """One language on every platform; or the reason why it cannot be shown."""

    language: str
    direction: str
    platforms: Sequence[Preview] = ()
    error: str = ""


def previews_of(template: TemplateTexts) -> list[LanguagePreview]:
    """Return each language's previews with the samples, the installation's language first."""
    tags = sorted({tag for _, tag in template.texts})
    tags.sort(key=lambda tag: tag != settings.LANGUAGE_CODE)
    return [_preview(with_samples(template), tag) for tag in tags]


def _preview(template: TemplateTexts, language: str) -> LanguagePreview:
    direction = _direction(is_rtl(language))
    try:
        platforms = list(_platforms(template, language))
    except AppError as error:
        detail = error.detail or error.title
        return LanguagePreview(language=language, direction=direction, error=detail)
    return LanguagePreview(language=language, direction=direction, platforms=platforms)


def _platforms(template: TemplateTexts, language: str) -> Iterator[Preview]:
    for platform, name, channel, service in PLATFORMS:
        if not any(of in {"", channel} for of, _ in template.texts):
            continue
        whole = content_for(template, channel=channel, languages=[language])
        content = whole if service is None else fitted(whole, service)
        yield Preview(
            platform=platform,
            name=name,
            content=content,
            title_direction=_seen(platform, content.title, content.language),
            body_direction=_seen(platform, content.body, content.language),
            size=None if service is None else size_of(whole, service),
            budget=None if service is None else BUDGETS[service],
        )


def _seen(platform: str, text: str, language: str) -> str:
    """Return the direction in which a platform shows a text."""
    if platform in _TOLD:
        return _direction(is_rtl(language))
    return _direction(first_is_rtl(text) or False)


def _direction(rtl: bool) -> str:
    return "rtl" if rtl else "ltr"
