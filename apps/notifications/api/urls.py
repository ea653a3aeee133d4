"""Routes of notifications, below /api/v1/notifications/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.notifications.api import views

router = SimpleRouter(use_regex_path=False)
router.register("devices", views.RegistrationViewSet, basename="push-device")
router.register("inbox", views.InboxViewSet, basename="inbox")

urlpatterns = [
    *router.urls,
    path("web-push-key/", views.WebPushKeyView.as_view(), name="web-push-key"),
    path(
        "templates/preview/",
        views.TemplatePreviewView.as_view(),
        name="notifications-template-preview",
    ),
]
