"""URLs of pictures, for those who may read the file."""

from datetime import timedelta
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.permissions import SignedIn
from apps.api.schema import raises
from apps.api.throttles import AnonymousThrottle, ScopedThrottle, UserThrottle
from apps.api.views import ApiView
from apps.files.errors import NotReady, NotServed
from apps.media import services
from apps.media.api.serializers import PictureUrlIn, PictureUrlOut
from apps.media.errors import UnknownPreset
from apps.media.parameters import read_parameters


class PictureUrlsView(ApiView):
    """Signed URLs of one picture."""

    permission_classes = (SignedIn,)
    throttle_classes = (UserThrottle, AnonymousThrottle, ScopedThrottle)
    throttle_scope = "media_urls"

    @extend_schema(
        summary="Sign a URL of a picture",
        request=PictureUrlIn,
        responses={201: PictureUrlOut},
        extensions=raises(NotReady, NotServed, UnknownPreset),
    )
    def post(self, request: Request, file_id: UUID) -> Response:
        """Sign a URL that shows a file in one size, for those who may read it.

        Whoever holds the URL sees the picture until it expires: it may be given to an image view
        that knows no tokens.
        """
        user_id = request.user.pk
        assert user_id is not None, "The permissions admit nobody who is not signed in."
        asked = PictureUrlIn(data=request.data)
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        lifetime = timedelta(seconds=given.pop("expires_in_seconds"))
        preset = given.pop("preset", "")
        signed = services.sign_url(
            user_id=user_id,
            file_id=file_id,
            lifetime=lifetime,
            parameters=read_parameters({name: str(value) for name, value in given.items()}),
            preset=preset,
        )
        return Response(PictureUrlOut(signed).data, status=201)
