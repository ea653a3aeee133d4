"""How URLs of pictures are asked for and given out."""

from typing import Any

from rest_framework import serializers
from typing_extensions import override

from apps.api.serializers import StrictSerializer
from apps.imaging.types import LONGEST_SIDE, Fit, Position
from apps.media.api import examples
from apps.media.services import LONGEST
from apps.media.types import AskedFormat

_HOUR_SECONDS = 3600


def _words(*words: str) -> list[tuple[str, str]]:
    return [(word, word) for word in words]


@examples.new_url
class PictureUrlIn(StrictSerializer):
    """The size and look of a picture: a preset, or what else is said here."""

    preset = serializers.CharField(max_length=40, required=False)
    width = serializers.IntegerField(min_value=0, max_value=LONGEST_SIDE, required=False)
    height = serializers.IntegerField(min_value=0, max_value=LONGEST_SIDE, required=False)
    fit = serializers.ChoiceField(choices=_words(*Fit), required=False)
    position = serializers.ChoiceField(choices=_words(*Position), required=False)
    background = serializers.CharField(
        max_length=11, required=False, help_text="As `rrggbb` or `rrggbbaa`, or `transparent`."
    )
    trim = serializers.IntegerField(min_value=0, max_value=100, required=False)
    quality = serializers.IntegerField(min_value=1, max_value=100, required=False)
    format = serializers.ChoiceField(
        choices=_words(*AskedFormat),
        required=False,
        help_text="`auto`: the best that the Accept header of the request for it names.",
    )
    expires_in_seconds = serializers.IntegerField(
        min_value=1, max_value=int(LONGEST.total_seconds()), default=_HOUR_SECONDS
    )

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a preset beside what it stands for."""
        others = set(attrs) - {"preset", "expires_in_seconds"}
        if "preset" in attrs and others:
            raise serializers.ValidationError({name: ["A preset says it all."] for name in others})
        return attrs


@examples.url
class PictureUrlOut(StrictSerializer):
    """A URL that shows the picture to whoever holds it, until it expires."""

    url = serializers.CharField()
    expires_at = serializers.DateTimeField()
