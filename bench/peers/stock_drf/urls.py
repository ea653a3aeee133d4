"""Its routes."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from rest_framework.routers import DefaultRouter

from bench.peers.stock_drf.api import RequestViewSet

router = DefaultRouter()
router.register("buildings/(?P<building>[^/.]+)/requests", RequestViewSet, basename="request")


def live(_request: HttpRequest) -> JsonResponse:
    """Answer that we live."""
    return JsonResponse({"status": "ok"})


urlpatterns = [path("health/", live), path("api/", include(router.urls))]
