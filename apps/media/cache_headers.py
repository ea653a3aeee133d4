"""What caches may keep of a picture: by how it was opened, and how sure we are of it."""

from collections.abc import Sequence

from apps.cdn.services import cache_headers
from apps.cdn.types import ContentClass
from apps.media.types import Asked

# Of what is soon to be something else: a stale picture, or one in place of an error.
SHORT_SECONDS = 30


def of_picture(
    asked: Asked, *, varies_on: Sequence[str], has_credentials: bool, is_passing: bool
) -> dict[str, str]:
    """Return the headers of a picture.

    A URL that expires is a permission for some: nobody but their device keeps what it shows. All
    others are for whoever has the URL.
    """
    content_class = ContentClass.PRIVATE if asked.expires else ContentClass.PUBLIC_IMAGE
    headers = cache_headers(
        content_class,
        has_credentials=has_credentials,
        tags=[asked.source.tag],
        varies_on=varies_on,
    )
    if is_passing and headers["Cache-Control"].startswith("public"):
        short = f"public, max-age={SHORT_SECONDS}"
        headers |= {"Cache-Control": short, "CDN-Cache-Control": short}
    return headers
