"""The remote source: an origin that pictures may be taken from."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.media.types import Origin

# Names and addresses; what no resolver is asked for is refused.
_HOST = re.compile(r"[a-z0-9_.:-]+")


class RemoteSource(Record):
    """Exactly one scheme, host and port; no wildcards, no beginnings."""

    scheme = models.CharField(
        max_length=5, choices=(("https", "https"), ("http", "http")), default="https"
    )
    host = models.CharField(max_length=253, help_text="In full, such as images.example.com.")
    port = models.IntegerField(
        default=443, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    is_open = models.BooleanField(default=True, help_text="Switch off to take nothing from there.")
    note = models.CharField(max_length=200, blank=True)

    personal_data = PersonalData(impersonal=("scheme", "host", "port", "is_open", "note"))

    class Meta:
        ordering = ("host", "port")
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "host", "port"), name="media_remote_source_once"
            ),
        )

    @override
    def __str__(self) -> str:
        return str(self.origin)

    @property
    def origin(self) -> Origin:
        """What URLs are compared with."""
        return Origin(self.scheme, self.host, self.port)

    @override
    def clean(self) -> None:
        """Bring the host into the form that URLs have."""
        self.host = self.host.strip().lower().rstrip(".")
        try:
            is_same = Origin.of(str(self.origin)) == self.origin
        except ValueError:
            is_same = False
        if not is_same or not _HOST.fullmatch(self.host):
            raise ValidationError({"host": "A host name or address alone is expected."})
