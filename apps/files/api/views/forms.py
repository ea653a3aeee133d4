"""Small files as a browser's form or `curl -F` sends them, in one request."""

from typing import Any

from drf_spectacular.utils import OpenApiRequest, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.api.errors import LengthRequired, UnsupportedMediaType
from apps.api.parsers import OrjsonParser
from apps.api.schema import raises
from apps.api.views import ResourceViewSet
from apps.files import services
from apps.files.api import examples, tus_schema
from apps.files.api.file_serializers import FileOut
from apps.files.api.forms import MEDIA_TYPE, Form, FormParser, is_form, refuse_large
from apps.files.api.serializers import FormIn
from apps.files.bodies import body_of
from apps.files.errors import (
    QuotaExceeded,
    TooLarge,
    TooManyBodies,
    TypeNotAllowed,
    UnknownPurpose,
)
from apps.files.file_names import refuse_hostile
from apps.files.models import File
from apps.files.types import Intent


class FormUploads(ResourceViewSet[File]):
    """Takes forms; whatever is no form is held to the rules of the API, and refused."""

    parser_classes = (OrjsonParser, FormParser)

    @override
    def check_headers(self, request: Request) -> None:
        if not is_form(request.META.get("CONTENT_TYPE", "")):
            super().check_headers(request)
            return
        length = body_of(request.META).length_bytes
        if length is None:
            raise LengthRequired("Send a form with a Content-Length header, not in chunks.")
        refuse_large(length)

    @override
    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Let the file go from the disk, whoever answered."""
        form = getattr(request, "_full_data", None)
        if isinstance(form, Form):
            form.file.close()
        return super().finalize_response(request, response, *args, **kwargs)

    @extend_schema(
        summary="Upload a small file as a form",
        request={MEDIA_TYPE: OpenApiRequest(FormIn, examples=[examples.form])},
        parameters=[tus_schema.RETRY_AFTER],
        responses={201: FileOut},
        extensions=raises(UnknownPurpose, TooLarge, QuotaExceeded, TypeNotAllowed, TooManyBodies),
    )
    def create(self, request: Request) -> Response:
        """Take a file of at most FILES_FORM_MIB; larger ones and bad lines need tus."""
        form = request.data
        if not isinstance(form, Form):
            raise UnsupportedMediaType(f"Send the file as {MEDIA_TYPE}.")
        serializer = FormIn(data=form.fields)
        serializer.is_valid(raise_exception=True)
        about = serializer.validated_data
        name = form["filename"]
        refuse_hostile(name)
        file = services.store_form_file(
            owner_id=self.viewer_id,
            intent=Intent(
                name=name, purpose=about.get("purpose", ""), scope=about.get("scope", "")
            ),
            content=form.file,
            size_bytes=form.file.size or 0,
        )
        return self.show(file, status=201)
