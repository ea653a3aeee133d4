"""The public keys that verify `v1a` signatures, for everybody."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.permissions import Anyone
from apps.api.views import ApiView
from apps.keyring.selectors import public_keys
from apps.keyring.types import Purpose
from apps.webhooks.api.serializers import PublicKeysOut
from apps.webhooks.published_keys import published

# A next key is published this long before it signs, so no cache holds a set that lacks it.
MAX_AGE_SECONDS = 300


class KeysView(ApiView):
    """The key document of Standard Webhooks' asymmetric signatures."""

    permission_classes = (Anyone,)
    authentication_classes = ()

    @extend_schema(summary="List the public keys that verify webhooks", responses=PublicKeysOut)
    def get(self, request: Request) -> Response:
        """List the keys that sign now or soon; it may be cached for five minutes.

        A webhook is genuine if any of its `v1a` signatures is verified by any of these keys. There
        are none before the first endpoint asks for such signatures.
        """
        keys = public_keys(purpose=Purpose.WEBHOOK_SIGNATURE)
        return Response(
            {"keys": [published(key) for key in keys]},
            headers={"Cache-Control": f"public, max-age={MAX_AGE_SECONDS}"},
        )
