"""Mainstay's routes, and two that do nothing behind the whole guard."""

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
PATH_IN_DJANGO = "api/v1/bench/nothing-in-django"


class NothingView(ApiView):
    """Signed in, counted, measured and logged like every other: what remains is the guard."""

    @extend_schema(exclude=True)
    def get(self, _request: Request) -> Response:
        """Answer."""
        return Response(orjson.loads(_ANSWER))


class ShortNothingView(NothingView):
    """The same in the short lane, as the hot reads are answered."""

    short_lane = True

    def in_short(self) -> Constant:
        """Answer."""
        return Constant(_ANSWER)


urlpatterns = [
    path(PATH, ShortNothingView.as_view()),
    path(PATH_IN_DJANGO, NothingView.as_view()),
    *urls_of_mainstay,
]
