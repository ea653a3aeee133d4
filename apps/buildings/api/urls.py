"""Routes of buildings, below /api/v1/buildings/ and /api/v2/buildings/."""

from rest_framework.routers import SimpleRouter

from apps.buildings.api import views
from apps.buildings.api.v2 import views as v2

router = SimpleRouter(use_regex_path=False)
router.register("invitations", views.MyInvitationViewSet, basename="my-invitation")
router.register("", views.BuildingViewSet, basename="building")
router.register("<uuid:building_id>/units", views.UnitViewSet, basename="unit")
router.register("<uuid:building_id>/members", views.MemberViewSet, basename="member")
router.register("<uuid:building_id>/invitations", views.InvitationViewSet, basename="invitation")
router.register("<uuid:building_id>/requests", views.RequestViewSet, basename="request")
router.register(
    "<uuid:building_id>/requests/<uuid:request_id>/comments",
    views.CommentViewSet,
    basename="comment",
)

replaced_in_v2 = SimpleRouter(use_regex_path=False)
replaced_in_v2.register("invitations", v2.MyInvitationViewSet, basename="my-invitation")
replaced_in_v2.register("", v2.BuildingViewSet, basename="building")
replaced_in_v2.register("<uuid:building_id>/requests", v2.RequestViewSet, basename="request")

urlpatterns = router.urls
urlpatterns_v2 = replaced_in_v2.urls
