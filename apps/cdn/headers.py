"""Which headers tell caches what they may keep of an answer, by its declared class of content.

Sources: RFC 9111 (caching; §3.5 and §7.3 on credentials), RFC 9213 (`CDN-Cache-Control`, which a
CDN obeys in place of `Cache-Control`), RFC 8246 (`immutable`), RFC 5861 (stale answers).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings

from apps.cdn.errors import UnusableTag
from apps.cdn.tags import MOST_TAGS, usable_tags
from apps.cdn.types import ContentClass

_YEAR = timedelta(days=365)
# Devices cannot be purged: so long may a picture be seen after it is gone.
_ON_DEVICES = timedelta(hours=1)
# A CDN that we purge may keep it for longer.
_ON_PURGED_CDN = timedelta(days=30)
_STALE_WHILE_REVALIDATED = timedelta(minutes=1)
_STALE_ON_ERROR = timedelta(days=1)

_NO_STORE = "no-store"
_OF_WHOM = ("Authorization", "Cookie")
_SHARED = frozenset({"public", "s-maxage", "proxy-revalidate"})
_OF_CDN = ("Cache-Tag", "Surrogate-Key")


def cache_headers(
    content_class: ContentClass,
    *,
    has_credentials: bool,
    tags: Sequence[str] = (),
    varies_on: Sequence[str] = (),
) -> dict[str, str]:
    """Return the headers of an answer of this class: Cache-Control, those of CDNs, and Vary.

    With credentials in the request or the answer nothing is ever ``public``, whatever the class.
    Only what is public bears its tags: comma-separated as `Cache-Tag`, space-separated as
    `Surrogate-Key`. ``varies_on`` names request headers that the answer depends on besides.
    Raises UnusableTag.
    """
    is_public = content_class.may_be_public and not has_credentials
    headers = {
        "Cache-Control": _cache_control(content_class, is_public=is_public),
        "CDN-Cache-Control": _cdn_cache_control(content_class) if is_public else _NO_STORE,
    }
    named = usable_tags(tags)
    if len(named) > MOST_TAGS:
        raise UnusableTag(f"An answer bears {MOST_TAGS} tags at most.")
    if is_public and named:
        headers |= {"Cache-Tag": ",".join(named), "Surrogate-Key": " ".join(named)}
    varying = [*varies_on, *(() if content_class.may_be_public else _OF_WHOM)]
    if varying and content_class is not ContentClass.NEVER_STORED:
        headers["Vary"] = ", ".join(dict.fromkeys(varying))
    return headers


def has_credentials(request: Mapping[str, str], response: Mapping[str, str]) -> bool:
    """Tell by headers whether an answer belongs to somebody.

    A cookie in the request counts where the answer says that it depends on it: browsers send their
    cookies along with every request for a picture. A header without any names nobody.
    """
    if "Authorization" in request or "Set-Cookie" in response:
        return True
    varying = {name.strip().lower() for name in response.get("Vary", "").split(",")}
    return "*" in varying or ("cookie" in varying and bool(request.get("Cookie")))


def made_private(response: Mapping[str, str]) -> dict[str, str | None]:
    """Return what must change in the headers of a public answer that belongs to somebody.

    None stands for a header that goes. An answer that is not public is changed in nothing.
    """
    directives = [part.strip() for part in response.get("Cache-Control", "").split(",")]
    kept = [part for part in directives if part and _name(part) not in _SHARED]
    is_shared = len(kept) < len([part for part in directives if part])
    if not is_shared and not _is_public_at_cdn(response):
        return {}
    if not {"private", _NO_STORE} & {_name(part) for part in kept}:
        kept.insert(0, "private")
    gone: dict[str, str | None] = dict.fromkeys(_OF_CDN)
    return {"Cache-Control": ", ".join(kept), "CDN-Cache-Control": _NO_STORE, **gone}


def _cache_control(content_class: ContentClass, *, is_public: bool) -> str:
    audience = "public" if is_public else "private"
    match content_class:
        case ContentClass.IMMUTABLE:
            return f"{audience}, max-age={_seconds(_YEAR)}, immutable"
        case ContentClass.PUBLIC_IMAGE:
            return f"{audience}, max-age={_seconds(_ON_DEVICES)}, {_stale()}"
        case ContentClass.PRIVATE | ContentClass.API:
            return "private, no-cache"
        case ContentClass.NEVER_STORED:
            return _NO_STORE


def _cdn_cache_control(content_class: ContentClass) -> str:
    if content_class is ContentClass.IMMUTABLE:
        return f"public, max-age={_seconds(_YEAR)}, immutable"
    lifetime = _ON_PURGED_CDN if settings.CDN_PROVIDER else _ON_DEVICES
    return f"public, max-age={_seconds(lifetime)}, {_stale()}"


def _stale() -> str:
    return (
        f"stale-while-revalidate={_seconds(_STALE_WHILE_REVALIDATED)}, "
        f"stale-if-error={_seconds(_STALE_ON_ERROR)}"
    )


def _is_public_at_cdn(response: Mapping[str, str]) -> bool:
    said = {_name(part) for part in response.get("CDN-Cache-Control", _NO_STORE).split(",")}
    return not {_NO_STORE, "private"} & said


def _name(directive: str) -> str:
    return directive.partition("=")[0].strip().lower()


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
