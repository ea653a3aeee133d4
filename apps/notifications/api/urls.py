"""Routes of notifications, below /api/v1/notifications/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.notifications.api import views

router = SimpleRouter(use_regex_path=False)
router.register("devices", views.RegistrationViewSet, basename="push-device")
router.register("deliveries", views.DeliveryViewSet, basename="notification-delivery")
router.register("inbox", views.InboxViewSet, basename="inbox")
router.register("topics", views.TopicViewSet, basename="topic")
router.register("", views.NotificationViewSet, basename="notification")

urlpatterns = [
    *router.urls,
    path("preferences/", views.PreferencesView.as_view(), name="notification-preferences"),
    path("quiet-hours/", views.QuietHoursView.as_view(), name="quiet-hours"),
    path("web-push-key/", views.WebPushKeyView.as_view(), name="web-push-key"),
    path(
        "templates/preview/",
        views.TemplatePreviewView.as_view(),
        name="notifications-template-preview",
    ),
]
