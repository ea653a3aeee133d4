"""Who may do what in a building: by role, and for some rows by whose they are."""

from collections.abc import Mapping
from typing import Any, Protocol

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from typing_extensions import override

from apps.api.permissions import SignedIn
from apps.buildings.types import Membership, Role


class Guarded(Protocol):
    """What a view says of itself to the permissions below."""

    action: str
    kwargs: dict[str, Any]
    # The lowest role that may do it, per action; what is not named is for owners.
    least_role: Mapping[str, Role]
    # The column that says whose a row is, and the role that changes anybody's.
    row_belongs_to: str
    steward: Role

    @property
    def membership(self) -> Membership:
        """What the one who asks is in the building; raises NotFound for a stranger."""


class HasRole(SignedIn):
    """Admits members whose role covers what the view asks for; for a stranger nothing is there.

    Where the path names no building, whoever is signed in is admitted.
    """

    @override
    def has_permission(self, request: Request, view: Guarded) -> bool:  # type: ignore[override]  # guards only such views
        if not request.user.is_authenticated:
            return False
        if "building_id" not in view.kwargs:
            return True
        return view.membership.may_act_as(view.least_role.get(view.action, Role.OWNER))

    @override
    def is_implied_by_rows(self, view: Guarded) -> bool:
        """Tell whether any member will do: rows of a building are shown to nobody else."""
        least = view.least_role.get(view.action, Role.OWNER)
        return "building_id" not in view.kwargs or least is list(Role)[-1]


class OwnRow(HasRole):
    """Of those it admits, lets only two change a row: whose it is, and the view's ``steward``."""

    @override
    def has_object_permission(self, request: Request, view: Guarded, obj: Any) -> bool:  # type: ignore[override]  # as above
        is_own = getattr(obj, view.row_belongs_to) == request.user.pk
        return request.method in SAFE_METHODS or is_own or view.membership.may_act_as(view.steward)
