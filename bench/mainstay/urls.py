"""Mainstay's routes, and one that does nothing behind the whole guard."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.views import ApiView
from config.urls import urlpatterns as urls_of_mainstay

PATH = "api/v1/bench/nothing"


class NothingView(ApiView):
    """Signed in, counted, measured and logged like every other: what remains is the guard."""

    @extend_schema(exclude=True)
    def get(self, _request: Request) -> Response:
        """Answer."""
        return Response({"status": "ok"})


urlpatterns = [path(PATH, NothingView.as_view()), *urls_of_mainstay]
