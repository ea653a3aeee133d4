"""Pictures in place of errors, for those who ask for one; the status stays what it is."""

from dataclasses import replace
from hashlib import sha256

from apps.caching.services import remember
from apps.imaging import services as imaging
from apps.imaging.types import Fit
from apps.media.accepting import accept_class, chosen_format
from apps.media.errors import BadParameter
from apps.media.keys import picture_key
from apps.media.ports import fallbacks
from apps.media.remembered import PICTURES
from apps.media.types import Asked, FallbackPicture, Original

_PNG = "image/png"


def check_fallback(name: str) -> None:
    """Raise BadParameter where there is no such fallback."""
    if name and name not in fallbacks:
        known = ", ".join(each.name for each in fallbacks)
        raise BadParameter.naming(("fallback", f"Expected one of: {known}."))


def fallback_for(asked: Asked, accept: str) -> tuple[str, bytes] | None:
    """Return type and bytes of the fallback, in the size that was asked for; None for none.

    Raises what making it raises.
    """
    picture = fallbacks.get(asked.fallback)
    if picture is None:
        return None
    chosen = chosen_format(asked.parameters, accept_class(accept), _PNG)
    wanted = replace(asked.parameters.wanted(chosen), fit=Fit.FILL, may_enlarge=True, trim=0)
    original = _original_of(picture)
    found = remember(
        PICTURES,
        picture_key(original, wanted),
        lambda: imaging.render(picture.content, [wanted])[0].content,
    )
    return chosen.content_type, found.value


def _original_of(picture: FallbackPicture) -> Original:
    return Original(
        source_id=f"fallback/{picture.name}",
        version=sha256(picture.content).hexdigest(),
        content_type=_PNG,
        size_bytes=len(picture.content),
    )
