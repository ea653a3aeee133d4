"""Who may ask for the bytes of a file."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from typing_extensions import override

from apps.api.permissions import SignedIn

if TYPE_CHECKING:
    from rest_framework.views import APIView

SIGNATURE = "signature"


class SignedInOrSigned(SignedIn):
    """Admits who is signed in, and who brings a signed URL; the view looks at the signature."""

    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        return SIGNATURE in request.query_params or super().has_permission(request, view)
