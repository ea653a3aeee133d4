"""Who may enter at all; each app adds who may do what with which row."""

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from typing_extensions import override

from apps.kernel.errors import NotFound

if TYPE_CHECKING:
    # rest_framework.views imports this module, by the default permission of the settings.
    from rest_framework.views import APIView


class Nobody(BasePermission):
    """Refuses everybody: what a view gets that names no permission."""

    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


class SignedIn(BasePermission):
    """Admits whoever authentication knows."""

    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        return request.user.is_authenticated

    def is_implied_by_rows(self, view: Any) -> bool:
        """Tell whether, of those signed in, whoever the queryset shows rows may see all of them.

        Where it is, the lane need not ask (see `lane`). A subclass that refuses anybody must
        say when it does not.
        """
        return type(self) is SignedIn


class Operates(SignedIn):
    """Admits staff with the view's ``operator_permission``: accounts that servers sign in with."""

    admits_operators = True

    @override
    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return bool(
            super().has_permission(request, view)
            and user.is_staff
            and user.has_perm(view.operator_permission)
        )


class OperatesUnseen(Operates):
    """As `Operates`; for anybody else who is signed in, the rows behind ids are not there."""

    @override
    def has_permission(self, request: Request, view: Any) -> bool:
        may = super().has_permission(request, view)
        if not may and view.kwargs and request.user.is_authenticated:
            raise NotFound
        return may


class Anyone(BasePermission):
    """Admits everybody, and says so aloud."""

    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        return True
