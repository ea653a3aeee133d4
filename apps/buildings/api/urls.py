"""Routes of buildings, below /api/v1/buildings/."""

from rest_framework.routers import SimpleRouter

from apps.buildings.api.views import (
    BuildingViewSet,
    CommentViewSet,
    InvitationViewSet,
    MemberViewSet,
    MyInvitationViewSet,
    RequestViewSet,
    UnitViewSet,
)

router = SimpleRouter(use_regex_path=False)
router.register("invitations", MyInvitationViewSet, basename="my-invitation")
router.register("", BuildingViewSet, basename="building")
router.register("<uuid:building_id>/units", UnitViewSet, basename="unit")
router.register("<uuid:building_id>/members", MemberViewSet, basename="member")
router.register("<uuid:building_id>/invitations", InvitationViewSet, basename="invitation")
router.register("<uuid:building_id>/requests", RequestViewSet, basename="request")
router.register(
    "<uuid:building_id>/requests/<uuid:request_id>/comments", CommentViewSet, basename="comment"
)

urlpatterns = router.urls
