"""What one person is shown: their language's words, filled in, of a size that gets through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urljoin

from django.conf import settings

from apps.notifications import template_lookup
from apps.notifications.bidi import is_rtl, led, without_controls
from apps.notifications.budgets import fitted
from apps.notifications.errors import TemplateRefused
from apps.notifications.graphemes import cut_to_points
from apps.notifications.languages import found_in
from apps.notifications.placeholders import filled, filled_url
from apps.notifications.types import Channel, Content, PushService, TemplateTexts, Text

# What an inbox item has room for.
_MOST_TITLE = 500
_MOST_URL = 2048


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a notification says, before it is known to whom."""

    texts: Mapping[tuple[str, str], Text]
    variables: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    is_silent: bool = False


class Saying(Protocol):
    """A notification, in the table or about to be, as far as its words go."""

    template: str
    variables: Any
    texts: Any
    data: Any
    is_silent: bool


def words_of(notification: Saying) -> Words:
    """Return the words of a notification: its template's, or its own by language.

    Asks the database for the template; raises UnknownTemplate.
    """
    if notification.template:
        texts = template_lookup.template_texts(notification.template).texts
    else:
        texts = {("", tag): Text(**text) for tag, text in notification.texts.items()}
    return Words(
        texts=texts,
        variables=notification.variables,
        data=notification.data,
        is_silent=notification.is_silent,
    )


def content_for(
    words: Words | TemplateTexts,
    *,
    channel: Channel,
    service: PushService | None = None,
    languages: Sequence[str],
) -> Content:
    """Return what a person with these languages, the best first, is shown on a channel.

    The language comes first: the channel's own text is taken where that language has one, its
    text for every channel otherwise. Where none of the person's languages has words, the first of
    the template's has. With a push service, it is cut to its size.

    Of a template, the samples are shown. Raises MissingVariables, TemplateRefused (malformed, or
    without words for the channel) and ContentTooLarge.
    """
    if isinstance(words, TemplateTexts):
        words = Words(texts=words.texts, variables=words.variables)
    content = _silent(words) if words.is_silent else _shown(words, channel, languages)
    return content if service is None else fitted(content, service)


def language_of(words: Words, *, channel: Channel, languages: Sequence[str]) -> str:
    """Return the language in which these people are spoken to; raises TemplateRefused for none."""
    available = {tag for of, tag in words.texts if of in {"", channel}}
    if not available:
        raise TemplateRefused(f"There are no words for the channel {channel.value!r}.")
    return found_in(available, languages) or min(available)


def _silent(words: Words) -> Content:
    return Content(data=_data(words), is_silent=True)


def _shown(words: Words, channel: Channel, languages: Sequence[str]) -> Content:
    language = language_of(words, channel=channel, languages=languages)
    text = words.texts.get((channel, language)) or words.texts["", language]
    rtl = is_rtl(language)
    # A title is one line, also where a value brings several: it becomes a mail's subject.
    title = " ".join(filled(text.title, words.variables, is_rtl=rtl).split())
    body = filled(text.body, words.variables, is_rtl=rtl).strip()
    url = _url(text.url, words.variables, channel)
    if len(url) > _MOST_URL:
        raise TemplateRefused(f"The address is longer than {_MOST_URL} characters.")
    return Content(
        title=led(cut_to_points(title, _MOST_TITLE - 1), is_rtl=rtl),
        body=led(body, is_rtl=rtl),
        url=url,
        language=language,
        data=_data(words),
    )


def _url(url: str, variables: Mapping[str, str], channel: Channel) -> str:
    """Return the address; in a mail whole, for there nobody knows what a path belongs to."""
    address = filled_url(url, variables)
    is_mail = channel is Channel.EMAIL and address
    return urljoin(settings.BASE_URL, address) if is_mail else address


def _data(words: Words) -> dict[str, str]:
    return {name: without_controls(value) for name, value in words.data.items()}
