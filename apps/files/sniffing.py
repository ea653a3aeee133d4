"""Sniffing: what bytes are, as libmagic says, whatever their sender calls them."""

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from magic import Magic

# So many of the first bytes are looked at; fewer do for most types, from 4 KiB on.
LOOKED_AT_BYTES = 64 * 1024
# What libmagic says of bytes that it knows nothing of.
UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"

_one_at_a_time = Lock()


def sniffed_type(first: bytes) -> str:
    """Return the media type of a file that begins with these bytes.

    A zip is not opened: an office file may be told as ``application/zip`` until
    `archives.package_type` has seen its end. No bytes at all are ``application/x-empty``.
    """
    if not first:
        return EMPTY
    # One handle of libmagic is not for two threads at once.
    with _one_at_a_time:
        return _libmagic().from_buffer(first[:LOOKED_AT_BYTES]).partition(";")[0] or UNKNOWN


@cache
def _libmagic() -> "Magic":
    # Their order matters: the first lets the second find the library that came with it.
    import pylibmagic  # noqa: PLC0415  it loads a database of 7 MB
    from magic import Magic  # noqa: PLC0415

    return Magic(magic_file=str(pylibmagic.data / "magic.mgc"), mime=True)
