"""Routes of webhooks, below /api/v1/webhooks/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.webhooks.api.views import (
    DeliveryViewSet,
    EndpointViewSet,
    EventTypesView,
    EventTypeView,
    ExaminationViewSet,
    KeysView,
    RecoveryViewSet,
)

router = SimpleRouter(use_regex_path=False)
router.register("endpoints", EndpointViewSet, basename="endpoint")
router.register("deliveries", DeliveryViewSet, basename="delivery")
router.register("recoveries", RecoveryViewSet, basename="recovery")
router.register("examinations", ExaminationViewSet, basename="examination")

urlpatterns = [
    *router.urls,
    path("event-types/", EventTypesView.as_view(), name="webhooks-event-types"),
    path("event-types/<str:topic>/", EventTypeView.as_view(), name="webhooks-event-type"),
    path("keys/", KeysView.as_view(), name="webhooks-keys"),
]
