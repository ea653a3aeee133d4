"""What a request asks, read from its WSGI environment, where nothing about it is unusual."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http.request import split_domain_port, validate_host

_PREFIX = "/api/"
_PATH = re.compile(r"/[a-z0-9/_.-]{0,500}")
# As the path converter "uuid" has it.
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Nothing is escaped but commas and colons, as links between pages have them.
_QUERY = re.compile(r"(?:[a-z_]{1,50}=(?:[A-Za-z0-9._~:,-]|%2C|%3A){0,800}(?:&(?!$)|$)){1,10}")
_TOKEN = re.compile(r"[Bb]earer ([A-Za-z0-9._~-]{20,8000})")
_JSON = frozenset({"*/*", "application/json", "application/json, text/plain, */*"})
_JSON_BODIES = frozenset({"application/json", "application/json; charset=utf-8"})
# What changes an answer in ways that only Django knows.
_UNUSUAL = frozenset(
    {
        "HTTP_COOKIE",
        "HTTP_IF_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_UNMODIFIED_SINCE",
        "HTTP_RANGE",
        "HTTP_TRANSFER_ENCODING",
        "HTTP_CONTENT_ENCODING",
    }
)


class Asked(NamedTuple):
    """A plain GET or POST by somebody who holds a token."""

    path: str
    # The path with a star for every id, and the ids.
    shape: str
    ids: list[str]
    query: str
    token: str
    scheme: str
    host: str
    method: str = "GET"


def read(environ: Mapping[str, Any]) -> Asked | None:
    """Return what is asked; None where anything about it is for Django to judge."""
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    if method not in _METHODS or not path.startswith(_PREFIX):
        return None
    token = _TOKEN.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
    query, host = environ.get("QUERY_STRING", ""), environ.get("HTTP_HOST", "")
    if (
        token is None
        or not _PATH.fullmatch(path)
        or (query and not _QUERY.fullmatch(query))
        or environ.get("HTTP_ACCEPT", "*/*") not in _JSON
        or not _METHODS[method](environ)
        or environ.get("SCRIPT_NAME")
        or not _is_allowed(host, tuple(settings.ALLOWED_HOSTS))
        or not _UNUSUAL.isdisjoint(environ)
    ):
        return None
    return Asked(path, *shape_of(path), query, token[1], _scheme(environ), host, method)


def shape_of(path: str) -> tuple[str, list[str]]:
    """Return a path with a star for every id, and the ids."""
    ids = _ID.findall(path)
    return "*".join(_ID.split(path)) if ids else path, ids


@lru_cache(maxsize=4096)
def without(query: str, name: str) -> tuple[str, str | None] | None:
    """Return a query string without one parameter, and its value; None where a name is twice."""
    pairs = [part.partition("=") for part in query.split("&")] if query else []
    values = {each: value for each, _, value in pairs}
    if len(values) < len(pairs):
        return None
    value = values.pop(name, None)
    return "&".join(f"{each}={other}" for each, other in values.items()), value


@lru_cache(maxsize=256)
def _is_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    """Tell whether Django would serve this host, which tests and settings may change."""
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _scheme(environ: Mapping[str, Any]) -> str:
    """Return the scheme as the proxy in front tells it, by Django's rule."""
    named: tuple[str, str] | None = settings.SECURE_PROXY_SSL_HEADER
    told = environ.get(named[0]) if named else None
    if named is None or told is None:
        return str(environ["wsgi.url_scheme"])
    return "https" if told.partition(",")[0].strip() == named[1] else "http"


def _has_no_body(environ: Mapping[str, Any]) -> bool:
    is_empty = environ.get("CONTENT_LENGTH", "") in {"", "0"}
    return is_empty and environ.get("CONTENT_TYPE", "") in {"", "application/json"}


def _is_plain_write(environ: Mapping[str, Any]) -> bool:
    is_json = environ.get("CONTENT_TYPE", "") in _JSON_BODIES
    return is_json and not environ.get("QUERY_STRING") and "HTTP_IDEMPOTENCY_KEY" in environ


_METHODS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "GET": _has_no_body,
    "POST": _is_plain_write,
}
