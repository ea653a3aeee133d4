"""Where content is had: at the CDN if anybody may see it, and else from us."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from apps.cdn.errors import ForeignUrl
from apps.cdn.types import ContentClass


def public_url(path: str, content_class: ContentClass = ContentClass.PUBLIC_IMAGE) -> str:
    """Return the URL of a path of ours: below CDN_BASE_URL if its class may be public, else ours.

    ``path`` begins with a slash and may have a query; raises ForeignUrl for anything else.
    """
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise ForeignUrl(f"{path[:200]!r} is no path of ours: it must begin with one slash.")
    base = settings.CDN_BASE_URL if content_class.may_be_public else ""
    return f"{base or settings.BASE_URL}{path}"


def usable_urls(urls: Iterable[str]) -> list[str]:
    """Return each URL once, as the CDN knows it; paths are ours. Raises ForeignUrl."""
    return list(dict.fromkeys(_at_cdn(url) for url in urls))


def _at_cdn(url: str) -> str:
    if "://" not in url:
        return public_url(url)
    if any(character <= " " or character == "\\" for character in url):
        raise ForeignUrl(f"{url[:200]!r} holds white space or a backslash.")
    if _origin(url) not in {_origin(settings.CDN_BASE_URL), _origin(settings.BASE_URL)}:
        raise ForeignUrl(f"{url[:200]!r} is neither below CDN_BASE_URL nor below BASE_URL.")
    return url


def _origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port; a URL with credentials or an unreadable port has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ForeignUrl(f"{url[:200]!r} cannot be read.") from error
    if parts.username is not None:
        raise ForeignUrl("A URL of ours has no user name.")
    return parts.scheme, parts.hostname or "", port or {"https": 443, "http": 80}.get(parts.scheme)
