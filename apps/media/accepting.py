"""Which format a client gets that leaves the choice to us (RFC 9110 section 12.5.1)."""

import re
from functools import lru_cache

from apps.imaging.types import Format
from apps.media.types import AcceptClass, Parameters

# Headers differ little from client to client; a longer one is nobody's.
_LONGEST = 1000
_REFUSED = re.compile(r"q=0(\.0{0,3})?")
# Sources that may be transparent, or have few colours: JPEG would spoil them.
_LOSSLESS = frozenset({"image/png", "image/gif"})


@lru_cache(maxsize=1024)
def accept_class(accept: str) -> AcceptClass:
    """Return the best format that an Accept header names; ranges such as ``*/*`` name none."""
    named: set[str] = set()
    for part in accept[:_LONGEST].lower().split(","):
        media_type, *options = (word.strip() for word in part.split(";"))
        if not any(_REFUSED.fullmatch(option) for option in options):
            named.add(media_type)
    for best in (AcceptClass.AVIF, AcceptClass.WEBP):
        if f"image/{best}" in named:
            return best
    return AcceptClass.PLAIN


def chosen_format(parameters: Parameters, accepted: AcceptClass, content_type: str) -> Format:
    """Return the format to make of an original of some type."""
    if parameters.format is not None:
        return parameters.format
    if accepted is not AcceptClass.PLAIN:
        return Format(accepted.value)
    return Format.PNG if content_type in _LOSSLESS else Format.JPEG
