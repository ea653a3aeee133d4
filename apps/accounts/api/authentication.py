"""Authentication of requests by access token."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from typing_extensions import override


class AccessTokenAuthentication(BaseAuthentication):
    """Authenticates a request by the access token in its Authorization header."""

    @override
    def authenticate(self, request: Request) -> None:
        return None

    @override
    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="mainstay"'
