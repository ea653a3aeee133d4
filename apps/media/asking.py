"""Reading a request: from path and query to what is asked, without asking anybody."""

import re
from urllib.parse import parse_qsl
from uuid import UUID

from apps.kernel.errors import AppError, NotFound
from apps.media import parameters, predecessor
from apps.media.errors import BadParameter
from apps.media.types import Asked, Origin, OwnFile, Parameters, Remote, Source

PREFIX = "/media/v1/"
_LONGEST_QUERY = 4096
_LONGEST_URL = 2048
_FILE = re.compile(
    r"files/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE
)
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TEN_DIGITS = re.compile(r"[1-9][0-9]{0,10}")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")


def read_request(path: str, query: str) -> Asked:
    """Return what a path and its query string ask for.

    Raises BadParameter, and NotFound where no picture can be.
    """
    if path.startswith(predecessor.PREFIX):
        return predecessor.read_path(path)
    given = _given(query)
    if not path.startswith(PREFIX):
        raise NotFound("There is nothing at this address.")
    source = _source(path.removeprefix(PREFIX), given)
    preset, fallback = _named(given, "preset"), _named(given, "fallback")
    expires, signature = _expires(given), given.pop("signature", "")
    if preset and given:
        raise BadParameter.naming(*((name, "A preset says it all.") for name in given))
    return Asked(
        source=source,
        parameters=parameters.read_parameters(given) if given else Parameters(),
        preset=preset,
        expires=expires,
        signature=signature,
        fallback=fallback,
    )


def origin_asked(path: str, query: str) -> Origin | None:
    """Return the origin that a request's picture comes from; None for own files and for errors."""
    try:
        source = read_request(path, query).source
        return Origin.of(source.url) if isinstance(source, Remote) else None
    except (AppError, ValueError):
        return None


def _given(query: str) -> dict[str, str]:
    if len(query) > _LONGEST_QUERY:
        raise BadParameter("The query string is too long.")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=30, errors="strict")
    except ValueError as error:
        raise BadParameter("The query string cannot be read.") from error
    given = dict(pairs)
    if len(given) < len(pairs):
        raise BadParameter("A parameter is there twice.")
    return given


def _source(rest: str, given: dict[str, str]) -> Source:
    match = _FILE.fullmatch(rest)
    if match:
        return OwnFile(UUID(match[1]))
    if rest == "remote":
        return Remote(_checked(given.pop("url", "")))
    raise NotFound("There is nothing at this address.")


def _checked(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise BadParameter.naming(("url", "The address of a picture, as https://…, is expected."))
    if len(url) > _LONGEST_URL or _UNPRINTABLE.search(url):
        raise BadParameter.naming(("url", "The address is too long, or holds white space."))
    return url.partition("#")[0]


def _named(given: dict[str, str], name: str) -> str:
    text = given.pop(name, "")
    if text and not _NAME.fullmatch(text):
        raise BadParameter.naming((name, "A name is expected: lower case letters, digits, -, _."))
    return text


def _expires(given: dict[str, str]) -> int:
    text = given.pop("expires", "")
    if text and not _TEN_DIGITS.fullmatch(text):
        raise BadParameter.naming(("expires", "Seconds since 1970 are expected."))
    return int(text or 0)
