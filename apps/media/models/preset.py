"""The preset: parameters of a picture under a name."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from typing_extensions import override

from apps.imaging.types import LONGEST_SIDE, Fit, Format, Position
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.media.parameters import background_of
from apps.media.ports import presets
from apps.media.types import NamedParameters, Parameters


def _of(words: type[Fit] | type[Position] | type[Format]) -> list[tuple[str, str]]:
    return [(word.value, word.value.capitalize()) for word in words]


class Preset(Record):
    """A size and look that anybody may ask for by its name, without a signature."""

    name = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_-]*$", "Lower case letters, digits, - and _.")],
    )
    title = models.CharField(max_length=100, blank=True)
    width = models.IntegerField(
        default=0, validators=[MinValueValidator(0), MaxValueValidator(LONGEST_SIDE)]
    )
    height = models.IntegerField(
        default=0, validators=[MinValueValidator(0), MaxValueValidator(LONGEST_SIDE)]
    )
    fit = models.CharField(max_length=10, choices=_of(Fit), default=Fit.INSIDE)
    position = models.CharField(max_length=10, choices=_of(Position), default=Position.CENTRE)
    background = models.CharField(
        max_length=11, blank=True, help_text="As rrggbb or rrggbbaa; empty keeps what is clear."
    )
    trim = models.IntegerField(default=0, validators=[MinValueValidator(0), MaxValueValidator(100)])
    quality = models.IntegerField(
        default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    format = models.CharField(
        max_length=5,
        choices=_of(Format),
        blank=True,
        help_text="Empty: the best that the client takes.",
    )
    may_enlarge = models.BooleanField(default=False)

    personal_data = PersonalData(
        impersonal=(
            "name",
            "title",
            "width",
            "height",
            "fit",
            "position",
            "background",
            "trim",
            "quality",
            "format",
            "may_enlarge",
        )
    )

    class Meta:
        ordering = ("name",)

    @override
    def __str__(self) -> str:
        return self.name

    @override
    def clean(self) -> None:
        """Bring the colour into its canonical form; refuse names that apps have taken."""
        if self.name in presets:
            raise ValidationError({"name": "An app has a preset of this name."})
        if self.background:
            try:
                self.background = background_of(self.background)
            except ValueError as error:
                raise ValidationError({"background": str(error)}) from error

    def named(self) -> NamedParameters:
        """Return it in the words of the image service."""
        return NamedParameters(
            name=self.name,
            title=self.title,
            parameters=Parameters(
                width=self.width,
                height=self.height,
                fit=Fit(self.fit),
                position=Position(self.position),
                background=self.background,
                trim=self.trim,
                quality=self.quality,
                format=Format(self.format) if self.format else None,
                may_enlarge=self.may_enlarge,
            ),
        )
