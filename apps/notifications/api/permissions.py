"""Who may send to others: operators, and servers that sign in with an account of their own."""

from typing import Any

from rest_framework.request import Request
from typing_extensions import override

from apps.api.permissions import Operates
from apps.kernel.errors import NotFound


class Sends(Operates):
    """Admits whoever may send; for anybody else no notification is there."""

    @override
    def has_permission(self, request: Request, view: Any) -> bool:
        may_send = super().has_permission(request, view)
        if not may_send and view.kwargs and request.user.is_authenticated:
            raise NotFound
        return may_send
