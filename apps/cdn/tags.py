"""Tags of content, by which a CDN forgets all that bears them."""

import re
from collections.abc import Iterable

from apps.cdn.errors import UnusableTag

# An answer with more would not fit into the 16 KB that Cloudflare reads of the header.
MOST_TAGS = 64
# Cloudflare compares tags without regard to case and parts them by commas; xkey parts them by
# spaces and does regard it.
_TAG = re.compile(r"[a-z0-9][a-z0-9._:-]{0,127}")


def usable_tags(tags: Iterable[str]) -> list[str]:
    """Return each tag once, in order; raises UnusableTag."""
    kept = list(dict.fromkeys(tags))
    for tag in kept:
        if not _TAG.fullmatch(tag):
            raise UnusableTag(
                f"{tag[:128]!r} is no tag: up to 128 of a-z, 0-9, '.', '_', ':' and '-'."
            )
    return kept
