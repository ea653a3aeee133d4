"""The same pictures from the web process, for installations that have one address and no proxy."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from apps.media.answering import IN_FULL, answer
from apps.media.types import MediaRequest


@csrf_exempt
def picture(request: HttpRequest) -> HttpResponse:
    """Answer as the image process does."""
    found = answer(
        MediaRequest(
            path=request.path_info,
            query=request.META.get("QUERY_STRING", ""),
            accept=request.headers.get("Accept", ""),
            if_none_match=request.headers.get("If-None-Match", ""),
            method=request.method or "",
            has_credentials="Authorization" in request.headers,
            is_in_full=IN_FULL in request.headers,
        )
    )
    return HttpResponse(found.body, status=found.status, headers=dict(found.headers))
