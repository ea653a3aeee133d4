"""Middleware that names the operator as the actor of what is done in the admin."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.kernel.context import act_as


class OperatorMiddleware:
    """Lets events of the admin tell who did it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, _: Callable[..., Any], __: Sequence[Any], ___: Mapping[str, Any]
    ) -> None:
        """Name the operator once the route is known to be one of the admin."""
        match = request.resolver_match
        # Elsewhere asking who it is would cost a query that nobody needs.
        if match is None or not {"admin", "console"} & set(match.app_names):
            return
        user: Any = request.user
        if user.is_authenticated:
            act_as(str(user.public_id))
