"""Refusals: what cannot be had is not tried again with every request."""

from datetime import timedelta

from apps.caching.selectors import look_up
from apps.caching.services import remember
from apps.imaging.errors import PictureRefused, PictureTooCostly
from apps.kernel.errors import AppError, catalogue
from apps.media.errors import (
    SourceNotAPicture,
    SourceTooLarge,
    UpstreamFailed,
    UpstreamTimedOut,
)
from apps.media.remembered import REFUSALS

_PASSING_TTL = timedelta(seconds=5)
# As long as the source stays what it is.
_LASTING = (PictureRefused, SourceTooLarge, SourceNotAPicture)
# How long a picture takes depends on what else is being made.
_PASSING = (UpstreamFailed, UpstreamTimedOut, PictureTooCostly)


def note_refusal(key: str, error: AppError, *, tag: str) -> None:
    """Remember why something cannot be had: for minutes or, where it may pass, for seconds."""
    told = {"code": error.code, "detail": error.detail}
    if isinstance(error, _PASSING):
        remember(REFUSALS, key, lambda: told, ttl=_PASSING_TTL, tags=[tag])
    elif isinstance(error, _LASTING):
        remember(REFUSALS, key, lambda: told, tags=[tag])


def refuse_if_known(key: str) -> None:
    """Raise again what `note_refusal` has noted lately."""
    found = look_up(REFUSALS, key)
    if found is None or not isinstance(found.value, dict):
        return
    for kind in catalogue():
        if kind.code == found.value["code"]:
            raise kind(found.value["detail"])
