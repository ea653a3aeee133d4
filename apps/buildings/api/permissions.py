"""Who may do what in a building: by role, and for some rows by whose they are."""

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from typing_extensions import override

from apps.api.permissions import SignedIn
from apps.buildings.types import Role

if TYPE_CHECKING:
    from apps.buildings.api.views.base import InBuilding


class HasRole(SignedIn):
    """Admits members whose role covers what the view asks for; for a stranger nothing is there.

    An action that the view's ``least_role`` does not name is for owners. Where the path names no
    building, whoever is signed in is admitted.
    """

    @override
    def has_permission(self, request: Request, view: "InBuilding[Any]") -> bool:  # type: ignore[override]  # only such views name it
        if not super().has_permission(request, view):
            return False
        if "building_id" not in view.kwargs:
            return True
        return view.membership.may_act_as(view.least_role.get(view.action, Role.OWNER))


class OwnRow(HasRole):
    """Of those it admits, lets only two change a row: whose it is, and the view's ``steward``."""

    @override
    def has_object_permission(self, request: Request, view: "InBuilding[Any]", obj: Any) -> bool:  # type: ignore[override]  # as above
        is_own = getattr(obj, view.row_belongs_to) == request.user.pk
        return request.method in SAFE_METHODS or is_own or view.membership.may_act_as(view.steward)
