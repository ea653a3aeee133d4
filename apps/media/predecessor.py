"""The URL pattern of the predecessor system, so that its clients move without a change.

``/media_stream-image/media/<tenant>/uploads/<path>/<tail>`` and
``/media_stream-image/static/images/<path>/<tail>``, where the tail is
``<width>/<height>/<fit>/<position>/<background>/<trim>/<quality>.<format>``. It takes what it can
make sense of and clamps the rest. Served only where MEDIA_PREDECESSOR_ORIGIN names where the
originals are.
"""

import re
from enum import StrEnum
from typing import TypeVar
from urllib.parse import quote, unquote

from django.conf import settings

from apps.imaging.types import LONGEST_SIDE, Fit, Format, Position
from apps.kernel.errors import NotFound
from apps.media.errors import BadParameter
from apps.media.parameters import background_of
from apps.media.types import Asked, Parameters, Remote

PREFIX = "/media_stream-image/"
_MOST_DECODINGS = 3
_LONGEST = 1024
_PATH = re.compile(
    r"(?P<original>media/[\w-]+/uploads/.+|static/images/.+)"
    r"/(?P<width>[^/]*)/(?P<height>[^/]*)/(?P<fit>[^/]*)/(?P<position>[^/]*)"
    r"/(?P<background>[^/]*)/(?P<trim>[^/]*)/(?P<quality>[^/.]*)\.(?P<format>[a-z]+)"
)
# Nothing that another server could take for a way out of its folder, or for the end of the path.
_ASTRAY = re.compile(r"(^|/)\.{0,2}(/|$)|[\x00-\x1f\x7f\\?#]")
_WHITE = "ffffffff"
_USUAL_QUALITY, _USUAL_TRIM = 80, 5

Word = TypeVar("Word", bound=StrEnum)


def read_path(path: str) -> Asked:
    """Return what a path of the predecessor's asks for; raises NotFound and BadParameter."""
    origin = settings.MEDIA_PREDECESSOR_ORIGIN
    match = _PATH.fullmatch(_decoded(path.removeprefix(PREFIX)))
    if not origin or match is None or _ASTRAY.search(match["original"]):
        raise NotFound("There is nothing at this address.")
    return Asked(
        source=Remote(f"{origin}/{quote(match['original'])}"),
        parameters=_parameters(match),
        is_of_predecessor=True,
    )


def _parameters(match: re.Match[str]) -> Parameters:
    return Parameters(
        width=_clamped(match["width"], 0, LONGEST_SIDE, usual=0),
        height=_clamped(match["height"], 0, LONGEST_SIDE, usual=0),
        fit=_word(match["fit"], Fit.CONTAIN),
        position=_word(match["position"], Position.ENTROPY),
        background=_background(match["background"]),
        trim=_clamped(match["trim"], 0, 100, usual=_USUAL_TRIM),
        quality=_clamped(match["quality"], 1, 100, usual=_USUAL_QUALITY),
        format=_format(match["format"]),
    )


def _decoded(path: str) -> str:
    """Return a path that proxies and clients may have encoded several times."""
    if len(path) > _LONGEST:
        raise NotFound("There is nothing at this address.")
    for _ in range(_MOST_DECODINGS):
        path = unquote(path, errors="replace")
    return path


def _clamped(text: str, least: int, most: int, *, usual: int) -> int:
    try:
        return min(max(int(float(text)), least), most)
    except (ValueError, OverflowError):
        return usual


def _word(text: str, usual: Word) -> Word:
    try:
        return type(usual)(text)
    except ValueError:
        return usual


def _background(text: str) -> str:
    try:
        return background_of(text)
    except ValueError:
        return _WHITE


def _format(text: str) -> Format:
    try:
        return Format("jpeg" if text == "jpg" else text)
    except ValueError:
        known = ", ".join(Format)
        raise BadParameter.naming(("format", f"Expected one of: {known}.")) from None
