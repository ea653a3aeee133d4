"""Who may have a picture: whoever holds a signed URL, or names a preset that opens it."""

from django.conf import settings

from apps.media import selectors, signing
from apps.media.errors import SignatureNeeded, SourceNotListed
from apps.media.types import Asked, Origin, Original, OwnFile


def admitted(asked: Asked) -> Asked:
    """Return the request with the parameters it stands for, if its form opens any picture.

    Raises BadSignature, SignatureNeeded, UnknownPreset, and SourceNotListed.
    """
    _check_listed(asked)
    if asked.signature:
        signing.verify(asked)
    elif not (asked.preset or asked.is_of_predecessor or settings.MEDIA_ALLOWS_UNSIGNED):
        raise SignatureNeeded("Ask for a preset, or have the URL signed.")
    if asked.preset:
        return asked.with_parameters(selectors.preset_named(asked.preset).parameters)
    return asked


def check_preset_opens(asked: Asked, original: Original) -> None:
    """Raise SignatureNeeded where a preset alone does not open an own file.

    It opens files whose purpose is to be seen by everybody (MEDIA_PUBLIC_PURPOSES).
    """
    if asked.signature or settings.MEDIA_ALLOWS_UNSIGNED or not isinstance(asked.source, OwnFile):
        return
    if original.purpose not in settings.MEDIA_PUBLIC_PURPOSES:
        raise SignatureNeeded("Pictures of this kind are for holders of a signed URL.")


def _check_listed(asked: Asked) -> None:
    """Look with every request, so that who is struck off the list is gone from the cache too."""
    if isinstance(asked.source, OwnFile) or asked.is_of_predecessor:
        return
    try:
        is_listed = Origin.of(asked.source.url) in selectors.listed_origins()
    except ValueError:
        is_listed = False
    if not is_listed:
        raise SourceNotListed("Pictures are not taken from this address.")
