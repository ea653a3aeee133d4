"""The public halves of the keys, for whoever verifies our tokens."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.permissions import Anyone
from apps.api.throttles import AnonymousThrottle, UserThrottle
from apps.api.views import ApiView
from apps.keyring.api.serializers import JwksOut
from apps.keyring.jwks import jwk
from apps.keyring.selectors import public_keys
from apps.keyring.types import Purpose

# A next key is published this long before it signs, so no cache holds a set that lacks it.
MAX_AGE_SECONDS = 300

_EXAMPLE = OpenApiExample(
    "One active key",
    value={
        "keys": [
            {
                "kty": "EC",
                "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                "kid": "pHUmM6E3yKx0",
                "use": "sig",
                "alg": "ES256",
            }
        ]
    },
    response_only=True,
)


class JwksView(ApiView):
    """The key set that verifies access tokens."""

    permission_classes = (Anyone,)
    authentication_classes = ()
    throttle_classes = (UserThrottle, AnonymousThrottle)

    @extend_schema(
        operation_id="keyring_jwks",
        tags=["keyring"],
        summary="List the public keys of access tokens",
        responses=JwksOut,
        examples=[_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """List every public key that is not revoked, as a JSON Web Key Set (RFC 7517).

        A token whose `kid` is not among them was signed by a newer key or a revoked one: read
        the set again before refusing it. It may be cached for five minutes.
        """
        return Response(
            {"keys": [jwk(key) for key in public_keys(purpose=Purpose.JWT)]},
            headers={"Cache-Control": f"public, max-age={MAX_AGE_SECONDS}"},
        )
