"""Files: mine, and those of scopes that I belong to."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import DestroyModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from apps.api.parsers import OrjsonParser
from apps.api.permissions import SignedIn
from apps.api.schema import raises
from apps.api.short_reads import ShortReads
from apps.api.views import ApiView
from apps.files import selectors, services
from apps.files.api.file_serializers import FileInFullOut, FileOut, FileUrlIn, FileUrlOut, UsageOut
from apps.files.api.filters import FileFilters
from apps.files.api.urls_of_files import FileUrls
from apps.files.api.views.forms import FormUploads
from apps.files.errors import NotReady, NotServed
from apps.files.models import File
from apps.files.services.quotas import limit_of, tier_of
from apps.files.services.signing import Grant, expiry, signed_url
from apps.files.types import Disposition
from apps.kernel.errors import Forbidden


@extend_schema_view(
    list=extend_schema(summary="List files"),
    destroy=extend_schema(summary="Delete a file of mine", extensions=raises(Forbidden)),
)
class FileViewSet(FormUploads, ShortReads[File], DestroyModelMixin):
    """My files, and by `scope` those of others that I may read."""

    permission_classes = (SignedIn,)
    output_serializer = FileOut
    filterset_class = FileFilters

    @property
    def viewer_public_id(self) -> UUID:
        """The public id of the one who asks."""
        user = self.request.user
        assert user.is_authenticated, "The permissions admit nobody who is not signed in."
        return user.public_id

    @override
    def get_queryset(self) -> QuerySet[File]:
        scope = self.request.query_params.get("scope", "")
        if self.action == "list" and scope:
            return selectors.files_in(scope, user_id=self.viewer_id)
        return selectors.files_of(user_id=self.viewer_id)

    @override
    def get_object(self) -> File:
        return selectors.readable_file(self.kwargs["id"], user_id=self.viewer_id)

    @override
    def output_class(self) -> type[BaseSerializer[Any]]:
        return FileInFullOut if self.action == "retrieve" else super().output_class()

    @extend_schema(summary="Show a file with its renditions")
    @override
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show its state, and signed URLs of its bytes and renditions once it is clean."""
        file = self.get_object()
        urls = FileUrls(file, reader_id=self.viewer_public_id)
        context = {**self.get_serializer_context(), "urls": urls}
        return Response(self.get_serializer(file, context=context).data)

    @override
    def perform_destroy(self, instance: File) -> None:
        if instance.owner_id != self.viewer_id:
            raise Forbidden("Only who brought a file deletes it.")
        services.delete_file(instance.public_id, cause="owner")

    @extend_schema(
        summary="Sign a URL of a file",
        responses={201: FileUrlOut},
        extensions=raises(NotReady, NotServed),
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="url",
        parser_classes=(OrjsonParser,),
        input_serializer=FileUrlIn,
        output_serializer=FileUrlOut,
    )
    def sign(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Give whoever has the URL this file, as it is given to you, until it expires.

        It ends earlier where the file is deleted or is not clean any more, and where you may not
        read it any more.
        """
        file = self.get_object()
        wish = self.read_input(request)
        rendition = wish.get("rendition", "")
        content = selectors.served(file, rendition=rendition or None)
        asked = Disposition(wish.get("disposition", content.disposition))
        grant = Grant(
            file_id=file.public_id,
            user_id=self.viewer_public_id,
            rendition=rendition,
            disposition=asked,
            expires_at=expiry(timedelta(seconds=wish["seconds"])),
        )
        told = {
            "url": signed_url(grant),
            "expires_at": grant.expires_at,
            "disposition": content.given_as(asked),
            "content_type": content.content_type,
            "size_bytes": content.size_bytes,
        }
        return Response(FileUrlOut(told).data, status=201)


class UsageView(ApiView):
    """The room of the one who asks."""

    @extend_schema(summary="Show how much room my files take", responses=UsageOut)
    def get(self, request: Request) -> Response:
        """Tell what is taken, by files and by open uploads, and what there is."""
        user_id = request.user.pk
        assert user_id is not None, "The permissions admit nobody who is not signed in."
        usage = selectors.usage_of(user_id=user_id)
        told = {
            "tier": tier_of(usage),
            "used_bytes": usage.used_bytes,
            "limit_bytes": limit_of(usage),
        }
        return Response(UsageOut(told).data)
