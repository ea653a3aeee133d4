"""What a notification says to whom, made once for all who read the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from apps.kernel.errors import AppError
from apps.notifications.errors import TemplateRefused, UnknownTemplate
from apps.notifications.models import Notification
from apps.notifications.rendering import Words, content_for, language_of, words_of
from apps.notifications.template_lookup import template_texts
from apps.notifications.types import Channel, Content, PushService

# The words of a digest of more than one are those of the template of this name, where there is one.
DIGEST_SUFFIX = ".digest"
# So many of what was gathered are named, the newest.
ITEMS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody is shown, and as it is stored: many deliveries share it."""

    content: Content
    document: str


class Wording:
    """The words of a notification, or of the newest of several that are told of at once."""

    def __init__(self, notification: Notification, *, gathered: "Sequence[Wording]" = ()) -> None:
        self._notification = notification
        self._gathered = gathered
        self._said: dict[tuple[Channel, PushService | None, Sequence[str]], Said | AppError] = {}
        self._words: Words | None = None
        self._refusal: AppError | None = None
        try:
            self._words = words_of(notification)
            if len(gathered) > 1:
                self._words = _of_digest(notification, self._words)
        except UnknownTemplate as error:
            self._refusal = error
        self.wordless = self._wordless()

    def said(self, channel: Channel, service: PushService | None, languages: Sequence[str]) -> Said:
        """Return what is shown there to whom reads these languages.

        Raises MissingVariables, TemplateRefused and ContentTooLarge.
        """
        key = (channel, service, languages)
        if key not in self._said:
            self._said[key] = self._made(channel, service, languages)
        found = self._said[key]
        if isinstance(found, AppError):
            raise found
        return found

    def _made(
        self, channel: Channel, service: PushService | None, languages: Sequence[str]
    ) -> Said | AppError:
        assert self._words is not None, "Without words no channel passes the first step."
        try:
            words = replace(self._words, variables=self._variables(channel, languages))
            content = content_for(words, channel=channel, service=service, languages=languages)
        except AppError as error:
            return error
        return Said(content=content, document=orjson.dumps(content).decode())

    def _variables(self, channel: Channel, languages: Sequence[str]) -> Mapping[str, str]:
        """Return the variables with those that tell of what was gathered."""
        assert self._words is not None
        lines = [each.line(channel, languages) for each in self._gathered[-ITEMS_SHOWN:]]
        told = {"count": str(max(1, len(self._gathered))), "items": "\n".join(filter(None, lines))}
        return told | dict(self._words.variables)

    def line(self, channel: Channel, languages: Sequence[str]) -> str:
        """Return what it says in one line, as one of several; "" if it has no words there."""
        if channel in self.wordless:
            return ""
        try:
            content = self.said(channel, None, languages).content
        except AppError:
            return ""
        return " ".join((content.body or content.title).split())

    def check(self, channels: Sequence[Channel] | None) -> None:
        """Say everything in every language, to everybody, and let nobody hear it.

        Raises UnknownTemplate, and what `said` raises; TemplateRefused as well if there are no
        words for one of the channels, or where none is named, for any.
        """
        if self._refusal is not None:
            raise self._refusal
        assert self._words is not None
        lacking = self.wordless if channels is None else set(channels) & set(self.wordless)
        if lacking and (channels is not None or len(lacking) == len(Channel)):
            raise TemplateRefused(self.wordless[min(lacking)])
        spoken = [each for each in channels or Channel if each not in self.wordless]
        for channel in spoken:
            for language in {tag for of, tag in self._words.texts if of in {"", channel}} or {""}:
                for service in PushService if channel is Channel.PUSH else (None,):
                    self.said(channel, service, (language,))

    def _wordless(self) -> Mapping[Channel, str]:
        """Return the channels that nothing can be said on, each with the reason."""
        if self._words is None:
            assert self._refusal is not None
            return dict.fromkeys(Channel, self._refusal.detail)
        if self._words.is_silent:
            return {}
        return {channel: reason for channel in Channel if (reason := _lack(self._words, channel))}


def _of_digest(newest: Notification, words: Words) -> Words:
    if not newest.template:
        return words
    try:
        template = template_texts(newest.template + DIGEST_SUFFIX)
    except UnknownTemplate:
        return words
    return replace(words, texts=template.texts)


def _lack(words: Words, channel: Channel) -> str:
    try:
        language_of(words, channel=channel, languages=())
    except TemplateRefused as error:
        return error.detail
    return ""
