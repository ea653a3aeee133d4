"""Mainstay's routes, and one that does nothing behind the whole guard."""

import orjson
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.lane.shapes import Constant
from apps.api.views import ApiView
from config.urls import urlpatterns as urls_of_mainstay

_ANSWER = b'{"status":"ok"}'
PATH = "api/v1/bench/nothing"


class NothingView(ApiView):
    """Signed in, counted, measured and logged like every other: what remains is the guard."""

    short_lane = True

    def in_short(self) -> Constant:
        """Answer in the short lane, as what is measured does."""
        return Constant(_ANSWER)

    @extend_schema(exclude=True)
    def get(self, _request: Request) -> Response:
        """Answer."""
        return Response(orjson.loads(_ANSWER))


urlpatterns = [path(PATH, NothingView.as_view()), *urls_of_mainstay]
