"""Answering: from a request to an answer, whichever server carries it.

One implementation, for the image process and for the web process; neither Django's middleware nor
DRF takes part.
"""

import structlog
from django.conf import settings

from apps.api.errors import MethodNotAllowed
from apps.api.etags import known_copy
from apps.api.problems import CONTENT_TYPE, problem_document
from apps.api.renderers import to_json
from apps.api.translation import as_app_error
from apps.caching.selectors import kept_file
from apps.kernel import clock
from apps.kernel.errors import AppError
from apps.media import cache_headers, metrics, originals
from apps.media.accepting import accept_class, chosen_format
from apps.media.asking import read_request
from apps.media.fallbacks import check_fallback, fallback_for
from apps.media.keys import etag_of
from apps.media.making import Job
from apps.media.permission import admitted, check_preset_opens
from apps.media.remembered import PICTURES
from apps.media.types import Asked, MediaAnswer, MediaRequest, Origin

log = structlog.get_logger("media")

# Whatever a picture may hold, a browser takes it for nothing but a picture.
_GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# After so long the whole way is gone again, on which a source is looked at for changes.
_REPEATED_SECONDS = 60.0
# Names a file that nginx gives in place of the answer's body (deploy/nginx).
ACCEL = "X-Accel-Redirect"
# Set by nginx where a file that was there a moment ago is gone.
IN_FULL = "x-mainstay-in-full"
_KEPT_BELOW = "/_media/"
_METHODS = ("GET", "HEAD")
_ALLOW = ", ".join(_METHODS)


def answer(request: MediaRequest) -> MediaAnswer:
    """Return the picture, that the client has it already, or what is wrong; raises nothing."""
    asked: Asked | None = None
    try:
        _check_method(request.method)
        asked = admitted(read_request(request.path, request.query))
        check_fallback(asked.fallback)
        found = _picture(request, asked)
    except Exception as error:  # noqa: BLE001  an answer to everything; what is ours is logged
        found = refusal(request, error, asked=asked)
    metrics.ANSWERS.labels(found.outcome).inc()
    return found


def refusal(
    request: MediaRequest, exception: Exception, *, asked: Asked | None = None
) -> MediaAnswer:
    """Return what is wrong, as a problem document or as the picture that was asked for instead."""
    error = as_app_error(exception)
    if error.status >= 500:
        # What no source and no limit explains is told with where it happened.
        is_known = isinstance(exception, AppError)
        log.warning("picture.failed", code=error.code, exc_info=None if is_known else exception)
    return (_fallen_back(request, asked, error) if asked else None) or _problem(request, error)


def _check_method(method: str) -> None:
    if method not in _METHODS:
        raise MethodNotAllowed("Pictures are read by GET and HEAD.", headers={"Allow": _ALLOW})


def _picture(request: MediaRequest, asked: Asked) -> MediaAnswer:
    also_from = _predecessor_origin() if asked.is_of_predecessor else None
    if request.is_at_hand_only:
        originals.check_at_hand(asked.source)
    original, is_stale = originals.original_of(asked.source, also_from=also_from)
    check_preset_opens(asked, original)
    chosen = chosen_format(asked.parameters, accept_class(request.accept), original.content_type)
    job = Job(
        source=asked.source,
        original=original,
        wanted=asked.parameters.wanted(chosen),
        also_from=also_from,
    )
    etag = etag_of(job.key)
    headers = {"ETag": etag, **_headers(request, asked, is_passing=is_stale)}
    if request.if_none_match and known_copy(request.if_none_match, etag, codings=()):
        return MediaAnswer(
            status=304,
            headers=headers,
            key=job.key,
            outcome="not_modified",
            repeatable_seconds=0.0 if is_stale else _repeatable_seconds(asked),
        )
    headers |= {"Content-Type": chosen.content_type}
    if settings.X_ACCEL_REDIRECT and not (is_stale or request.is_in_full):
        handed_over = _handed_over(job, headers, asked)
        if handed_over:
            return handed_over
    if request.is_at_hand_only:
        job.check_at_hand()
    made = job.made()
    is_stale = is_stale or made.is_stale
    outcome = "stale" if is_stale else "hit" if made.layer else "made"
    return MediaAnswer(
        status=200,
        headers=headers,
        body=made.value,
        key=job.key,
        outcome=outcome,
        repeatable_seconds=0.0 if is_stale else _repeatable_seconds(asked),
    )


def _handed_over(job: Job, headers: dict[str, str], asked: Asked) -> MediaAnswer | None:
    """Return an answer whose bytes the server in front gives; None where there is no such file."""
    kept = kept_file(PICTURES, job.key)
    if kept is None or kept.is_stale:
        return None
    return MediaAnswer(
        status=200,
        headers={**headers, ACCEL: f"{_KEPT_BELOW}{kept.name}"},
        key=job.key,
        outcome="hit",
        repeatable_seconds=_repeatable_seconds(asked),
    )


def _headers(request: MediaRequest, asked: Asked, *, is_passing: bool) -> dict[str, str]:
    return _GUARDS | cache_headers.of_picture(
        asked,
        varies_on=["Accept"] if asked.parameters.format is None else [],
        has_credentials=request.has_credentials,
        is_passing=is_passing,
    )


def _repeatable_seconds(asked: Asked) -> float:
    if not asked.expires:
        return _REPEATED_SECONDS
    return min(_REPEATED_SECONDS, max(0.0, asked.expires - clock.now().timestamp()))


def _predecessor_origin() -> Origin:
    return Origin.of(settings.MEDIA_PREDECESSOR_ORIGIN)


def _fallen_back(request: MediaRequest, asked: Asked, error: AppError) -> MediaAnswer | None:
    try:
        found = fallback_for(asked, request.accept)
    except Exception:
        log.warning("fallback.failed", exc_info=True)
        return None
    if found is None:
        return None
    content_type, body = found
    return MediaAnswer(
        status=settings.MEDIA_FALLBACK_STATUS or error.status,
        headers={
            **_headers(request, asked, is_passing=True),
            **error.headers,
            "Content-Type": content_type,
        },
        body=body,
        outcome="fallback",
    )


def _problem(request: MediaRequest, error: AppError) -> MediaAnswer:
    headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE, **error.headers}
    return MediaAnswer(
        status=error.status,
        headers=headers,
        body=to_json(problem_document(error, instance=request.path)),
        outcome="failed" if error.status >= 500 else "refused",
    )
