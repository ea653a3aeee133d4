"""Routes of accounts, mounted under /api/v1/accounts/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.accounts.api.guest_views import GuestsView, UpgradeView
from apps.accounts.api.views import (
    DeviceViewSet,
    MeView,
    PasswordStrengthView,
    SessionViewSet,
    SignOutView,
)

router = SimpleRouter(use_regex_path=True)
router.register("devices", DeviceViewSet, basename="device")
router.register("sessions", SessionViewSet, basename="session")

urlpatterns = [
    path("guests/", GuestsView.as_view(), name="guests"),
    path("me/upgrade/", UpgradeView.as_view(), name="upgrade"),
    path("me/", MeView.as_view(), name="me"),
    path(
        "password-strength/",
        PasswordStrengthView.as_view(),
        name="password-strength",
    ),
    path("sign-out/", SignOutView.as_view(), name="sign-out"),
    *router.urls,
]
