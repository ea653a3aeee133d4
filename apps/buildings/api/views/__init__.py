"""The viewsets of buildings: HTTP in, services called, rows shown."""

from apps.buildings.api.views.buildings import BuildingViewSet
from apps.buildings.api.views.invitations import InvitationViewSet, MyInvitationViewSet
from apps.buildings.api.views.maintenance import CommentViewSet, RequestViewSet
from apps.buildings.api.views.members import MemberViewSet
from apps.buildings.api.views.units import UnitViewSet

__all__ = [
    "BuildingViewSet",
    "CommentViewSet",
    "InvitationViewSet",
    "MemberViewSet",
    "MyInvitationViewSet",
    "RequestViewSet",
    "UnitViewSet",
]
