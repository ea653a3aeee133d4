"""Which servers may publish, look and disconnect: staff with the permission that a view names."""

from typing import Any

from rest_framework.request import Request
from typing_extensions import override

from apps.api.permissions import SignedIn


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
