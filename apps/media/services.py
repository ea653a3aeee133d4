"""The writing door of the image service: sign URLs of pictures, and keep its lists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.caching.services import forget
from apps.files import selectors as files
from apps.kernel import clock
from apps.media import selectors, signing
from apps.media.models import Preset, RemoteSource
from apps.media.remembered import LISTS
from apps.media.types import Asked, OwnFile, Parameters

LONGEST = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class SignedUrl:
    """A URL that shows a picture to whoever holds it, for a while."""

    url: str
    expires_at: datetime


def sign_url(
    *,
    user_id: int,
    file_id: UUID,
    lifetime: timedelta,
    parameters: Parameters | None = None,
    preset: str = "",
) -> SignedUrl:
    """Return a URL of a picture that the user may read now, in one size and look.

    It lives for ``lifetime``, at most seven days, whatever becomes of what the user may read.
    Raises NotFound, NotReady or NotServed of files, and UnknownPreset.
    """
    files.readable_file(file_id, user_id=user_id)
    files.processable(file_id)
    if preset:
        selectors.preset_named(preset)
    expires_at = clock.now().replace(microsecond=0) + min(lifetime, LONGEST)
    asked = Asked(
        source=OwnFile(file_id),
        parameters=parameters or Parameters(),
        preset=preset,
        expires=int(expires_at.timestamp()),
    )
    return SignedUrl(
        url=f"{settings.MEDIA_BASE_URL}{signing.signed_path(asked)}", expires_at=expires_at
    )


@transaction.atomic
def save_preset(preset: Preset) -> None:
    """Save a preset; every process knows it within half a second."""
    preset.save()
    forget(LISTS, selectors.PRESETS)


@transaction.atomic
def delete_preset(preset: Preset) -> None:
    """Delete a preset; URLs that name it lead nowhere from then on."""
    preset.delete()
    forget(LISTS, selectors.PRESETS)


@transaction.atomic
def save_source(source: RemoteSource) -> None:
    """Save where pictures may be taken from."""
    source.save()
    forget(LISTS, selectors.ORIGINS)


@transaction.atomic
def delete_source(source: RemoteSource) -> None:
    """Take no pictures from there any more, nor serve those that were."""
    source.delete()
    forget(LISTS, selectors.ORIGINS)
