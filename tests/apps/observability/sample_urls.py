"""Routes that end in every way a request can end."""

from collections.abc import Iterator

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.permissions import Anyone
from apps.kernel.context import act_as
from apps.observability.services import record_outbound_call


class Planted(Exception):
    """What the failing routes raise."""


def answer(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(b"x" * 10, status=status)


def fail(request: HttpRequest) -> HttpResponse:
    raise Planted(request.GET.get("say", "planted"))


def refuse(request: HttpRequest, why: str) -> HttpResponse:
    raise {
        "missing": Http404,
        "forbidden": PermissionDenied,
        "suspicious": SuspiciousOperation,
    }[why]


def stream(request: HttpRequest, chunks: int, *, fails: bool = False) -> StreamingHttpResponse:
    def body() -> Iterator[bytes]:
        for _ in range(chunks):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            yield b"x" * 10
        if fails:
            raise Planted()  # noqa: RSE102  a test may put a function in its place

    return StreamingHttpResponse(body())


def break_off(request: HttpRequest, chunks: int) -> StreamingHttpResponse:
    return stream(request, chunks, fails=True)


def sign_in(request: HttpRequest) -> HttpResponse:
    act_as("somebody")
    return HttpResponse()


def work(
    request: HttpRequest, statements: int, hits: int, misses: int, calls: int
) -> HttpResponseBase:
    """Ask others for as much as the path says."""
    with connection.cursor() as cursor:
        for _ in range(statements):
            cursor.execute("SELECT 1")
    for number in range(misses):
        cache.get(f"missing-{number}")
    if hits:
        cache.set("present", 1)
    for _ in range(hits):
        cache.get("present")
    for _ in range(calls):
        record_outbound_call(purpose="test", outcome="answered", seconds=0.001)
    return HttpResponse()


class Api(APIView):
    """A view of the API."""

    permission_classes = [Anyone]
    throttle_classes = []

    def get(self, request: Request, outcome: str) -> Response:
        if outcome == "fails":
            raise Planted()  # noqa: RSE102  as above
        return Response({})


urlpatterns = [
    path("answer/<int:status>", answer),
    path("fail", fail),
    path("refuse/<str:why>", refuse),
    path("stream/<int:chunks>", stream),
    path("break-off/<int:chunks>", break_off),
    path("sign-in", sign_in),
    path("toil/<int:statements>/<int:hits>/<int:misses>/<int:calls>", work),
    path("api/v1/sample/<str:outcome>/", Api.as_view()),
]

handler400 = "apps.api.problems.bad_request"
handler403 = "apps.api.problems.permission_denied"
handler404 = "apps.api.problems.page_not_found"
handler500 = "apps.api.problems.server_error"
