"""Views that are open to the lane, and not all fit for it."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from rest_framework.authentication import BasicAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter
from typing_extensions import override

from apps.accounts.models import Session, User
from apps.api.lane.shapes import Constant
from apps.api.permissions import SignedIn
from apps.api.serializers import StrictModelSerializer
from apps.api.short_reads import ShortReads, ShortWrites
from apps.api.throttles import ScopedThrottle
from apps.api.views import ApiView
from config.urls import urlpatterns as house


class UserOut(StrictModelSerializer):
    class Meta:
        model = User
        fields = ("id", "name")


class Fit(ShortReads[User]):
    short_lane = True
    output_serializer = UserOut

    @override
    def get_queryset(self) -> QuerySet[User]:
        return User.objects.filter(pk=self.viewer_id)


class Closed(Fit):
    short_lane = False


class Picky(BasePermission):
    """Does not say when it asks for nothing."""


class Pickier(SignedIn):
    """Extends one that says so."""

    @override
    def has_permission(self, request: Any, view: Any) -> bool:
        return bool(super().has_permission(request, view) and request.user.is_staff)


class OfPicky(Fit):
    permission_classes = (Picky,)


class OfPickier(Fit):
    permission_classes = (Pickier,)


class Limited(Fit):
    throttle_classes = (ScopedThrottle,)


class Reading(Fit):
    @override
    def get_queryset(self) -> QuerySet[User]:
        sessions = list(Session.objects.filter(user_id=self.viewer_id))
        return User.objects.filter(pk=self.viewer_id, sessions__in=sessions)


class Computing(Fit):
    @override
    def get_queryset(self) -> QuerySet[User]:
        return User.objects.filter(pk=self.viewer_id).exclude(email=f"{self.viewer_id}@a.b")


class ForEverybody(Fit):
    @override
    def get_queryset(self) -> QuerySet[User]:
        return User.objects.all()


class ByTime(Fit):
    ordering = ("-created_at", "-public_id")


class Plain(ApiView):
    short_lane = True

    def in_short(self) -> Constant:
        return Constant(b"{}")


class Writing(ShortWrites[User]):
    short_lane = True
    output_serializer = UserOut

    @override
    def get_queryset(self) -> QuerySet[User]:
        return User.objects.filter(pk=self.viewer_id)

    @override
    def create_row(self, **values: Any) -> UUID:
        return User.objects.get(pk=self.viewer_id).public_id


class OwnCreate(Writing):
    @override
    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(status=202)


class OwnSignIn(Writing):
    authentication_classes = (BasicAuthentication,)


UNFIT_WRITES = {"own-create": OwnCreate, "own-sign-in": OwnSignIn}
UNFIT = {
    "of-picky": (OfPicky, "does not say"),
    "of-pickier": (OfPickier, "does not say"),
    "limited": (Limited, "limits of its own"),
    "reading": (Reading, "reads rows"),
    "computing": (Computing, "computed with"),
    "for-everybody": (ForEverybody, "same for everybody"),
    "by-time": (ByTime, "ordered by created_at"),
}
router = SimpleRouter(use_regex_path=False)
router.register("api/v1/fit", Fit, basename="fit")
router.register("api/v1/closed", Closed, basename="closed")
router.register("api/v1/writing", Writing, basename="writing")
for name, writer in UNFIT_WRITES.items():
    router.register(f"api/v1/{name}", writer, basename=name)
for name, (view, _) in UNFIT.items():
    router.register(f"api/v1/{name}", view, basename=name)
urlpatterns = [*router.urls, path("api/v1/plain/", Plain.as_view()), *house]
