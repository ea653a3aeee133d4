"""Making popular pictures anew before somebody misses them: from their keys alone."""

from uuid import UUID

from django.conf import settings

from apps.caching.selectors import look_up
from apps.imaging.types import Fit, Format, Position, Wanted
from apps.media import originals
from apps.media.keys import picture_key
from apps.media.making import Job
from apps.media.remembered import REMOTES
from apps.media.types import Origin, OwnFile, Remote, Source


def warm_picture(key: str) -> None:
    """Make the picture of a key, if its source is still what it was.

    Raises what making it raises.
    """
    source_id, _, rest = key.partition("@")
    source = _source_of(source_id)
    if source is None:
        return
    also_from = _predecessor_origin_of(source)
    original, _ = originals.original_of(source, also_from=also_from)
    wanted = _wanted(rest.partition("/")[2])
    if picture_key(original, wanted) == key:
        Job(source=source, original=original, wanted=wanted, also_from=also_from).made()


def _source_of(source_id: str) -> Source | None:
    kind, _, name = source_id.partition("/")
    if kind == "file":
        return OwnFile(UUID(name))
    # Of a remote source, only what is remembered of it tells the address.
    found = look_up(REMOTES, source_id)
    return Remote(found.value["url"]) if found and isinstance(found.value, dict) else None


def _predecessor_origin_of(source: Source) -> Origin | None:
    known = settings.MEDIA_PREDECESSOR_ORIGIN
    if not known or isinstance(source, OwnFile):
        return None
    origin = Origin.of(known)
    return origin if Origin.of(source.url) == origin else None


def _wanted(text: str) -> Wanted:
    told = dict(pair.split("=", 1) for pair in text.split(","))
    return Wanted(
        format=Format(told["format"]),
        width=int(told["width"]),
        height=int(told["height"]),
        fit=Fit(told["fit"]),
        position=Position(told["position"]),
        background=told["background"],
        trim=int(told["trim"]),
        quality=int(told["quality"]),
        may_enlarge=told["may_enlarge"] == "1",
        is_still=told["is_still"] == "1",
        limit_bytes=int(told["limit_bytes"]),
    )
