"""What the image service keeps: what sources are now, their bytes, pictures, and refusals.

Pictures and originals are kept by the hash of the source's bytes, so they never become wrong; how
long a source is taken to be what it was is said by `ORIGINALS` alone.
"""

from datetime import timedelta

from apps.caching.ports import Namespace
from apps.caching.types import LayerName

# Longer than a fetch with all its retries, or making a picture, may take.
_MAKES_WITHIN = timedelta(seconds=40)
_WAITS_AT_MOST = timedelta(seconds=40)

# What an own file is; nothing stale, for it may have been deleted or quarantined.
FILES = Namespace(
    name="media.files",
    title="What own files are: hash, type and size",
    ttl=timedelta(minutes=10),
    layers=(LayerName.MEMORY, LayerName.REDIS),
    absent_ttl=timedelta(seconds=5),
)
REMOTES = Namespace(
    name="media.remotes",
    title="What remote pictures are: address, hash and type",
    ttl=timedelta(hours=1),
    stale_while_revalidate=timedelta(days=1),
    stale_if_error=timedelta(days=7),
    absent_ttl=timedelta(minutes=2),
    makes_within=_MAKES_WITHIN,
    waits_at_most=_WAITS_AT_MOST,
)
CONTENTS = Namespace(
    name="media.contents",
    title="Bytes of remote pictures",
    ttl=timedelta(days=14),
    layers=(LayerName.FILES,),
    keeps_unused=timedelta(days=3),
    makes_within=_MAKES_WITHIN,
    waits_at_most=_WAITS_AT_MOST,
)
PICTURES = Namespace(
    name="media.pictures",
    title="Pictures in the sizes and formats that were asked for",
    ttl=timedelta(days=14),
    stale_while_revalidate=timedelta(days=1),
    stale_if_error=timedelta(days=7),
    makes_within=_MAKES_WITHIN,
    waits_at_most=_WAITS_AT_MOST,
)
# Why something cannot be had: bytes that are no picture, a source that failed.
REFUSALS = Namespace(
    name="media.refusals",
    title="Pictures that could not be had, and why",
    ttl=timedelta(minutes=5),
    layers=(LayerName.MEMORY, LayerName.REDIS),
)
# Lists that operators keep; read with nearly every request.
LISTS = Namespace(
    name="media.lists",
    title="Presets, and where remote pictures may come from",
    ttl=timedelta(hours=1),
    stale_if_error=timedelta(days=1),
    layers=(LayerName.MEMORY,),
)
ALL = (FILES, REMOTES, CONTENTS, PICTURES, REFUSALS, LISTS)
