"""The last step of every answer, in one pure function: ETag, conditional request, compression.

Django's middleware calls it, and so does whatever answers in front of Django.
"""

from collections.abc import Mapping
from typing import NamedTuple

from apps.api.compression import bears_secrets, codings_for, compressed, is_compressible
from apps.api.etags import etag_of, known_copy, with_coding

_READS = frozenset({"GET", "HEAD"})
# What a 304 repeats of the 200 it stands for (RFC 9110 section 15.4.5).
_REPEATED = ("Cache-Control", "Content-Location", "Date", "Expires", "Last-Modified", "Vary")


class Finished(NamedTuple):
    """An answer as it goes out, with all of its headers."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def finish(
    *,
    method: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    if_none_match: str | None,
    accept_encoding: str | None,
) -> Finished:
    """Return the answer with its ETag, as a 304 where the client has it, or compressed.

    An ETag that is among the headers is taken over, and the body is then not hashed. What bears
    secrets is left as it is. Headers are looked up by their usual spelling.
    """
    if bears_secrets(headers):
        return Finished(status, headers, body)
    final = dict(headers)
    codings = codings_for(accept_encoding)
    can_shrink = is_compressible(headers, len(body))
    if can_shrink or status == 304:
        final["Vary"] = _varying(headers.get("Vary", ""))
    if method in _READS and status in {200, 304}:
        etag = headers.get("ETag") or etag_of(body)
        known = known_copy(if_none_match, etag, codings=codings) if if_none_match else None
        final["ETag"] = known or etag
        if known:
            return Finished(304, _repeated(final), b"")
    if can_shrink and codings[0] != "identity":
        return _shrunk(status, final, body, codings[0])
    return Finished(status, final, body)


def has_copy(etag: str, *, if_none_match: str | None, accept_encoding: str | None) -> bool:
    """Tell whether `finish` would answer 304 for this ETag, for who knows it before the body."""
    codings = codings_for(accept_encoding)
    return bool(if_none_match and known_copy(if_none_match, etag, codings=codings))


def _shrunk(status: int, headers: dict[str, str], body: bytes, coding: str) -> Finished:
    smaller = compressed(body, coding)
    if smaller is None:
        return Finished(status, headers, body)
    headers |= {"Content-Encoding": coding, "Content-Length": str(len(smaller))}
    if "ETag" in headers:
        headers["ETag"] = with_coding(headers["ETag"], coding)
    return Finished(status, headers, smaller)


def _repeated(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in (*_REPEATED, "ETag") if name in headers}


def _varying(vary: str) -> str:
    """Return a Vary header that names Accept-Encoding as well."""
    if not vary:
        return "Accept-Encoding"
    is_said = vary.strip() == "*" or "accept-encoding" in vary.lower()
    return vary if is_said else f"{vary}, Accept-Encoding"
