"""RFC 9457 problem documents, for whatever goes wrong below API_PREFIXES and wherever it does.

DRF's views answer by `exception_handler`; what fails outside of them (in a middleware, or
because there is no view) by Django's handlers, which `config.urls` names. Every other path
keeps Django's own pages.
"""

import sys
from collections.abc import Mapping
from typing import Any

import structlog
from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.encoding import escape_uri_path
from django.views import csrf, defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework.views import set_rollback

from apps.api.errors import CsrfFailed, OutOfRange, TooDeeplyNested, UnknownVersion
from apps.api.renderers import to_json
from apps.api.translation import as_app_error
from apps.api.versions import refuse_unknown_version
from apps.kernel.context import current
from apps.kernel.errors import AppError, NotFound

CONTENT_TYPE = "application/problem+json"

_log = structlog.get_logger("api")


def catalogue_url(code: str) -> str:
    """Return the address under which an error is explained: the ``type`` of its problems."""
    return f"{settings.BASE_URL}/api/v1/errors/{code}/"


def problem_document(error: AppError, *, instance: str) -> dict[str, Any]:
    """Return the members of the problem document; nothing of the machinery is in them."""
    return {
        "type": catalogue_url(error.code),
        "title": error.title,
        "status": error.status,
        "detail": error.detail or error.title,
        "instance": instance,
        "code": error.code,
        "request_id": current().correlation_id,
        "errors": error.errors,
    }


def problem_response(error: AppError, request: HttpRequest) -> HttpResponse:
    """Return the error as a response, with the headers its status asks for."""
    # The path only: get_host() is among the things that may have failed.
    document = problem_document(error, instance=escape_uri_path(request.path))
    headers = {"Cache-Control": "no-store", **error.headers}
    if error.status == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return HttpResponse(
        to_json(document), status=error.status, content_type=CONTENT_TYPE, headers=headers
    )


def response_to(exception: BaseException, request: HttpRequest) -> HttpResponse:
    """Return the problem that a caught exception is; call it while the exception is handled.

    A failure of ours is announced by Django's signal got_request_exception, as for what no view
    catches: whoever logs and counts failures listens there.
    """
    response = _answer_to(exception, request)
    if response.status_code >= 500:
        got_request_exception.send(sender=None, request=request)
    return response


def exception_handler(exception: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Answer whatever a DRF view raises (DRF's setting EXCEPTION_HANDLER)."""
    set_rollback()
    response = response_to(exception, context["request"]._request)  # noqa: SLF001  Django's own
    if response.status_code == 405:
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 400 and its kin (Django's handler400)."""
    if is_api(request):
        return response_to(exception, request)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 403 (Django's handler403)."""
    if is_api(request):
        return response_to(exception, request)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 404 (Django's handler404)."""
    if is_api(request):
        return response_to(exception, request)
    return defaults.page_not_found(request, exception)


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """Answer a path below a prefix of the API at which there is nothing."""
    try:
        refuse_unknown_version(request.path_info)
    except UnknownVersion as error:
        return problem_response(error, request)
    detail = "There is nothing at this address."
    if _leads_somewhere(f"{request.path_info}/"):
        detail = f"{detail} Addresses end with a slash: {escape_uri_path(request.path)}/"
    return problem_response(NotFound(detail), request)


def _leads_somewhere(path: str) -> bool:
    try:
        return resolve(path).func is not unknown_address
    except Resolver404:
        return False


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer 500 (Django's handler500), or 503 where the database is away."""
    exception = sys.exception()
    if is_api(request):
        return _answer_to(exception or RuntimeError("unknown"), request)
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer a failed CSRF check (Django's CSRF_FAILURE_VIEW)."""
    if is_api(request):
        return problem_response(CsrfFailed(reason), request)
    return csrf.csrf_failure(request, reason)


def is_api(request: HttpRequest) -> bool:
    """Tell whether the path is one that answers in problem documents (API_PREFIXES)."""
    return f"{request.path}/".startswith(settings.API_PREFIXES)


def _answer_to(exception: BaseException, request: HttpRequest) -> HttpResponse:
    error = as_app_error(exception)
    if isinstance(error, OutOfRange | TooDeeplyNested) and error is not exception:
        # Something of ours let the value pass that this late refusal stopped.
        _log.warning("request.refused_late", code=error.code, exc_info=exception)
    return problem_response(error, request)
