"""Uploads: begun, gone on with and given up by tus; listed and shown as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from typing_extensions import override

from apps.api.conditional_operations import WITHOUT_IF_MATCH
from apps.api.idempotent_operations import WITHOUT_KEY
from apps.api.schema import raises
from apps.api.throttles import AnonymousThrottle, UserThrottle
from apps.files import services, tus
from apps.files.api import tus_schema
from apps.files.api.serializers import DirectUploadIn, DirectUploadOut, UploadOut
from apps.files.api.views.tus import TusViewSet, headers_of, headers_of_head, location_of
from apps.files.bodies import body_of
from apps.files.errors import (
    ChecksumMismatch,
    OffsetMismatch,
    QuotaExceeded,
    TooLarge,
    TooManyBodies,
    TooManyParts,
    TusVersionNotSupported,
    TypeNotAllowed,
    UnknownPurpose,
    UploadExpired,
    UploadIncomplete,
    UploadLocked,
    UploadNotWritable,
)
from apps.files.file_names import refuse_hostile
from apps.files.intake import intake
from apps.files.models import Upload
from apps.files.open_uploads import open_uploads_of
from apps.files.types import Concatenation, Intent, Transport
from apps.files.upload_metadata import intent_in
from apps.kernel.errors import AppError

_WRITING = (
    TusVersionNotSupported,
    TooLarge,
    TooManyParts,
    QuotaExceeded,
    TypeNotAllowed,
    ChecksumMismatch,
    TooManyBodies,
)


@extend_schema_view(list=extend_schema(summary="List my uploads that are under way"))
class UploadsViewSet(ListModelMixin, TusViewSet):
    """All uploads of the one who asks."""

    throttle_classes: Sequence[type[BaseThrottle]] = (UserThrottle, AnonymousThrottle)
    output_serializer = UploadOut

    @override
    def get_queryset(self) -> QuerySet[Upload]:
        return open_uploads_of(self.viewer_id)

    @extend_schema(
        summary="Begin an upload (tus)",
        request=tus_schema.BYTES,
        parameters=tus_schema.CREATION,
        responses={201: tus_schema.CREATED},
        extensions={**raises(*_WRITING, UnknownPurpose), **WITHOUT_KEY},
    )
    def create(self, request: Request) -> Response:
        """Begin an upload, with or without its first bytes, or join partial ones to one.

        `Upload-Metadata` holds `filename`, and may hold `purpose` and `scope`. The answer says in
        `Location` where the bytes go. An `Idempotency-Key` does nothing here: joining the same
        again is the same upload, and one that nobody goes on with expires. How a client does it:
        docs/how-to/upload-files.md.
        """
        self.require_tus(request)
        concatenation, made_of = tus.concatenation_of(request.META)
        intent = intent_in(request.META.get("HTTP_UPLOAD_METADATA", ""))
        if concatenation == Concatenation.FINAL:
            upload = services.concatenate(
                owner_id=self.viewer_id,
                intent=intent,
                made_of=made_of,
                ids=tus.ids_of_parts(made_of),
            )
        else:
            upload = self._begun(
                request,
                intent=intent,
                length_bytes=tus.length_of_new(request.META),
                concatenation=concatenation,
            )
        headers = {"Location": location_of(request, upload), **headers_of(upload)}
        return Response(status=201, headers=headers)

    @extend_schema(
        summary="Begin an upload straight to the storage",
        request=DirectUploadIn,
        responses={201: DirectUploadOut},
        extensions=raises(UnknownPurpose, TooLarge, QuotaExceeded, TypeNotAllowed),
    )
    def direct(self, request: Request) -> Response:
        """Answer with the request that writes the bytes; then ask for `complete/`."""
        serializer = DirectUploadIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        about = serializer.validated_data
        refuse_hostile(about["name"])
        intent = Intent(
            name=about["name"], purpose=about.get("purpose", ""), scope=about.get("scope", "")
        )
        upload, signed = services.create_direct_upload(
            owner_id=self.viewer_id,
            intent=intent,
            size_bytes=about["size_bytes"],
            path=request.path.replace("/direct/", "/bytes/"),
        )
        told = {"id": upload.public_id, **asdict(signed)}
        return Response(DirectUploadOut(told).data, status=201)

    def _begun(self, request: Request, **about: Any) -> Upload:
        body = body_of(request.META)
        if body.is_empty:
            return services.create_upload(owner_id=self.viewer_id, **about)
        self.require_bytes(request)
        checksum = tus.checksum_of(request.META)
        with intake.one_more():
            upload = services.create_upload(owner_id=self.viewer_id, **about)
            try:
                return services.append(upload, body, offset_bytes=0, checksum=checksum)
            except AppError:
                # Nobody was told where it is.
                services.discard_upload_if_any(upload)
                raise


@extend_schema_view(retrieve=extend_schema(summary="Show how much of an upload is here"))
class UploadViewSet(RetrieveModelMixin, TusViewSet):
    """One upload."""

    output_serializer = UploadOut

    @extend_schema(
        summary="Say where an upload stands (tus)",
        parameters=tus_schema.STANDING,
        responses={200: tus_schema.STOOD},
        extensions=raises(TusVersionNotSupported, UploadExpired),
    )
    def stand(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Say by headers how much of it is here, and how much there will be (HEAD)."""
        upload = self.get_object()
        self.require_tus(request)
        services.refuse_expired(upload)
        return Response(headers=headers_of_head(upload))

    @extend_schema(
        summary="Send bytes of an upload (tus)",
        request=tus_schema.BYTES,
        parameters=tus_schema.APPENDING,
        responses={204: tus_schema.APPENDED},
        extensions={
            **raises(*_WRITING, OffsetMismatch, UploadLocked, UploadExpired, UploadNotWritable),
            **WITHOUT_IF_MATCH,
        },
    )
    def append(self, request: Request, id: UUID) -> Response:  # noqa: A002  likewise
        """Add bytes from `Upload-Offset` on; all that came of a cut request is kept.

        With the last byte the file exists, under the id of the upload, and is being checked.
        """
        upload = self.get_object()
        self.require_tus(request)
        self.require_bytes(request)
        body = body_of(request.META)
        with intake.one_more():
            upload = services.append(
                upload,
                body,
                offset_bytes=tus.declared_offset(request.META),
                length_bytes=tus.declared_length(request.META),
                checksum=tus.checksum_of(request.META),
            )
        return Response(status=204, headers=headers_of(upload))

    @extend_schema(
        summary="Complete an upload straight to the storage",
        request=None,
        responses=UploadOut,
        extensions=raises(UploadIncomplete, UploadExpired, UploadNotWritable, TypeNotAllowed),
    )
    def complete(self, request: Request, id: UUID) -> Response:  # noqa: A002  likewise
        """Make the file of it, once the storage has all its bytes; once more does nothing."""
        upload = services.complete_direct_upload(self.get_object())
        return Response(UploadOut(upload).data)

    @extend_schema(
        summary="Give an upload up (tus)",
        parameters=tus_schema.TERMINATION,
        responses={204: None},
        extensions=raises(TusVersionNotSupported, UploadExpired),
    )
    def terminate(self, request: Request, id: UUID) -> Response:  # noqa: A002  likewise
        """Remove the upload and all its bytes; of one that is complete, its file as well."""
        upload = self.get_object()
        if upload.transport == Transport.TUS:
            self.require_tus(request)
        services.terminate_upload(upload)
        return Response(status=204)
