"""How templates and their previews look from outside."""

from typing import Any

from rest_framework import serializers

from apps.api.serializers import StrictSerializer
from apps.notifications.api import template_examples as examples
from apps.notifications.lint import LONGEST_KEY, LONGEST_TITLE, LONGEST_URL
from apps.notifications.types import Channel, PreviewPlatform, TemplateTexts, Text

_MOST_TEXTS = 200
_LONGEST_BODY = 20_000
_DIRECTION = "`ltr` or `rtl`."


class TextIn(StrictSerializer):
    """One language's words, for one channel or (`""`) for every one without words of its own."""

    channel = serializers.ChoiceField(
        choices=[("", "Every channel"), *Channel.choices], default="", allow_blank=True
    )
    language = serializers.CharField(max_length=35, help_text="A BCP-47 tag.")
    title = serializers.CharField(max_length=LONGEST_TITLE, allow_blank=True, default="")
    body = serializers.CharField(max_length=_LONGEST_BODY, allow_blank=True, default="")
    url = serializers.CharField(max_length=LONGEST_URL, allow_blank=True, default="")


@examples.template
class TemplateIn(StrictSerializer):
    """A template as it would be saved."""

    key = serializers.CharField(max_length=LONGEST_KEY)
    category = serializers.CharField(max_length=64)
    variables = serializers.DictField(
        child=serializers.CharField(max_length=2000, allow_blank=True),
        default=dict,
        help_text="Each variable with a sample.",
    )
    texts = serializers.ListField(child=TextIn(), max_length=_MOST_TEXTS)


class FindingOut(StrictSerializer):
    """One thing about a template; an error keeps it from being saved."""

    where = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    is_error = serializers.BooleanField()


class PlatformOut(StrictSerializer):
    """What one platform shows."""

    platform = serializers.ChoiceField(choices=PreviewPlatform.choices)
    language = serializers.CharField(source="content.language")
    title = serializers.CharField(source="content.title")
    body = serializers.CharField(source="content.body")
    url = serializers.CharField(source="content.url")
    title_direction = serializers.CharField(help_text=_DIRECTION)
    body_direction = serializers.CharField(help_text=_DIRECTION)
    size = serializers.IntegerField(
        allow_null=True, help_text="Bytes before it is cut; null where there is no limit."
    )
    budget = serializers.IntegerField(allow_null=True)
    is_cut = serializers.BooleanField()


class LanguageOut(StrictSerializer):
    """One language on each platform; `error` says why it cannot be shown."""

    language = serializers.CharField()
    direction = serializers.CharField(help_text=_DIRECTION)
    error = serializers.CharField()
    platforms = PlatformOut(many=True)


@examples.preview
class PreviewOut(StrictSerializer):
    """What is wrong with a template, and what becomes of it with its samples."""

    findings = FindingOut(many=True)
    languages = LanguageOut(many=True)


def template_of(asked: dict[str, Any]) -> TemplateTexts:
    """Return a valid body as the template it describes."""
    texts = {
        (text["channel"], text["language"]): Text(
            title=text["title"], body=text["body"], url=text["url"]
        )
        for text in asked["texts"]
    }
    return TemplateTexts(
        key=asked["key"], category=asked["category"], variables=asked["variables"], texts=texts
    )
