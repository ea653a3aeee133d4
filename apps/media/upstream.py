"""Fetching remote pictures: from listed origins only, by the guarded client, with patience.

Every step of a redirect is looked up in the list anew, and every socket is judged by the guard of
`resilience` when it is made: a name that changes its answer, a number in disguise and an address
within another one get no further than a listed host that redirects there.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import random
from urllib.parse import urljoin

import structlog
from django.conf import settings

from apps.media import metrics
from apps.media.breakers import breaker_of, tell_if_resting
from apps.media.errors import (
    SourceMissing,
    SourceNotAPicture,
    SourceNotListed,
    SourceTooLarge,
    UpstreamFailed,
    UpstreamResting,
    UpstreamTimedOut,
)
from apps.media.types import Origin
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import outbound_client, run_outbound
from apps.resilience.types import FailureKind, OutboundLimits, OutboundResponse

log = structlog.get_logger("media")

LIMITS = OutboundLimits(
    resolve_seconds=2.0, connect_seconds=3.0, first_byte_seconds=5.0, total_seconds=10.0
)
# With all retries and redirects.
DEADLINE_SECONDS = 30.0
MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
# Trying again may help (RFC 9110 section 15).
_PASSING = frozenset({429, 500, 502, 503, 504})
_JITTER = 0.5
# What no second try changes.
_FINAL = frozenset({FailureKind.FORBIDDEN_ADDRESS, FailureKind.INVALID_URL, FailureKind.TLS_FAILED})
_ANYTHING = frozenset({"", "application/octet-stream", "binary/octet-stream"})


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A remote picture's bytes, or that they have not changed."""

    content: bytes
    content_type: str
    etag: str
    is_unchanged: bool = False


def fetch(url: str, *, listed: frozenset[Origin], etag: str = "") -> Fetched:
    """Return what is at an address; with ``etag``, perhaps only that it has not changed.

    Tries four times, and follows three redirects, within 30 s. Raises SourceNotListed,
    SourceMissing, SourceTooLarge, SourceNotAPicture, UpstreamFailed, UpstreamTimedOut and
    UpstreamResting.
    """
    try:
        return run_outbound(_within_deadline(url, listed, etag)).result()
    except (UpstreamFailed, UpstreamTimedOut):
        tell_if_resting(Origin.of(url))
        raise


async def _within_deadline(url: str, listed: frozenset[Origin], etag: str) -> Fetched:
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await _followed(url, listed, etag)
    except TimeoutError:
        raise UpstreamTimedOut(f"No picture within {DEADLINE_SECONDS:.0f} s.") from None


async def _followed(url: str, listed: frozenset[Origin], etag: str) -> Fetched:
    headers = {"Accept": "image/*", **({"If-None-Match": etag} if etag else {})}
    for _ in range(MOST_REDIRECTS + 1):
        origin = _listed_origin(url, listed)
        answer = await _patiently(origin, url, headers)
        if answer.status not in _REDIRECTS:
            return _judged(answer)
        url = urljoin(url, _header(answer, "location"))
    raise UpstreamFailed(f"The source redirects more than {MOST_REDIRECTS} times.")


def _listed_origin(url: str, listed: frozenset[Origin]) -> Origin:
    try:
        origin = Origin.of(url)
    except ValueError as error:
        raise SourceNotListed("The address is none that pictures are taken from.") from error
    if origin not in listed:
        raise SourceNotListed(f"{origin} is not on the list of sources.")
    return origin


async def _patiently(origin: Origin, url: str, headers: Mapping[str, str]) -> OutboundResponse:
    """Return the answer of the first try that is worth one; raises what the last one came to."""
    breaker = breaker_of(origin)
    for wait_seconds in (*settings.MEDIA_RETRY_SECONDS, None):
        if not breaker.admits():
            metrics.UPSTREAM_CALLS.labels("resting").inc()
            raise UpstreamResting(f"{origin} failed lately.", headers={"Retry-After": "30"})
        problem = await _tried(url, headers)
        if isinstance(problem, OutboundResponse):
            breaker.succeeded()
            metrics.UPSTREAM_CALLS.labels("answered").inc()
            return problem
        breaker.failed()
        metrics.UPSTREAM_CALLS.labels("failed").inc()
        if wait_seconds is None or problem.is_final:
            raise problem.error()
        await asyncio.sleep(wait_seconds * (1 - _JITTER * random()))  # noqa: S311  no secret
    raise AssertionError


@dataclass(frozen=True)
class _Problem:
    error: Callable[[], Exception]
    is_final: bool


async def _tried(url: str, headers: Mapping[str, str]) -> OutboundResponse | _Problem:
    try:
        answer = await outbound_client().request(
            "GET",
            url,
            purpose="media",
            headers=headers,
            read_at_most=settings.MEDIA_SOURCE_BYTES,
            limits=LIMITS,
        )
    except OutboundFailed as failure:
        detail = failure.detail
        kind = UpstreamTimedOut if failure.kind is FailureKind.TIMED_OUT else UpstreamFailed
        return _Problem(lambda: kind(detail), failure.kind in _FINAL)
    if answer.status in _PASSING:
        return _Problem(lambda: UpstreamFailed(f"The source answered {answer.status}."), False)
    return answer


def _judged(answer: OutboundResponse) -> Fetched:
    if answer.status == 304:
        return Fetched(content=b"", content_type="", etag="", is_unchanged=True)
    if answer.status in _GONE:
        raise SourceMissing("The source has no such picture.")
    if answer.status != 200:
        raise UpstreamFailed(f"The source answered {answer.status}.")
    content_type = _header(answer, "content-type").partition(";")[0].strip().lower()
    if not content_type.startswith("image/") and content_type not in _ANYTHING:
        raise SourceNotAPicture(f"The source says that it is {content_type[:100]!r}.")
    if _header(answer, "content-encoding") not in {"", "identity"}:
        # Asked for as it is; what unfolds to more than it weighs is never unfolded.
        raise UpstreamFailed("The source sent a compressed answer.")
    if answer.is_cut:
        limit = settings.MEDIA_SOURCE_BYTES
        raise SourceTooLarge(f"The original has more than {limit} bytes.")
    return Fetched(
        content=answer.body, content_type=content_type, etag=_header(answer, "etag")[:200]
    )


def _header(answer: OutboundResponse, wanted: str) -> str:
    return next((value for name, value in answer.headers if name.lower() == wanted), "")
