"""The last look at what leaves us: nothing that belongs to somebody is public."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.cdn.headers import has_credentials, made_private


class PublicWithoutCredentialsMiddleware:
    """Makes private what a view declared as public, where credentials came or go with it.

    It stands outside of the session's middleware, which may set a cookie on any answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and mend the headers of what should not be shared."""
        response = self._get_response(request)
        if "Cache-Control" not in response.headers and "CDN-Cache-Control" not in response.headers:
            return response
        seen = dict(response.headers)
        if response.cookies:
            seen["Set-Cookie"] = ""
        if has_credentials(request.headers, seen):
            for name, value in made_private(seen).items():
                if value is None:
                    response.headers.pop(name, None)
                else:
                    response.headers[name] = value
        return response
