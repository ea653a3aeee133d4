"""The API's account of itself: its schema, a page to try it, and the catalogue of errors."""

import inspect
from functools import cache
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.permissions import Anyone
from apps.api.problems import catalogue_url
from apps.api.schema import document
from apps.api.views import ApiView
from apps.kernel.errors import AppError, NotFound, catalogue

_ENTRY = {
    "type": "https://api.example.com/api/v1/errors/kernel.not_found/",
    "code": "kernel.not_found",
    "title": "Not found",
    "status": 404,
    "meaning": "What was asked for does not exist, or is not for the one who asks.",
}


@extend_schema_serializer(examples=[OpenApiExample("example", value=_ENTRY)])
class ErrorOut(serializers.Serializer[type[AppError]]):
    """One entry of the catalogue."""

    type = serializers.URLField()
    code = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    meaning = serializers.CharField()


@extend_schema_serializer(examples=[OpenApiExample("example", value={"items": [_ENTRY]})])
class ErrorListOut(serializers.Serializer[Any]):
    """The whole catalogue."""

    items = ErrorOut(many=True)


class OpenView(ApiView):
    """Open to everybody, whoever they are."""

    permission_classes = (Anyone,)
    authentication_classes = ()


class ErrorListView(OpenView):
    """Every error a client can meet."""

    @extend_schema(operation_id="errors_list", summary="List all errors", responses=ErrorListOut)
    def get(self, request: Request) -> Response:
        """List every error a client can meet, by its code."""
        return Response({"items": [_entry(error) for error in catalogue()]})


class ErrorView(OpenView):
    """One error: what the ``type`` of its problem documents leads to."""

    @extend_schema(summary="Explain one error", responses=ErrorOut)
    def get(self, request: Request, code: str) -> Response:
        """Explain one error; 404 where no error has the code."""
        for error in catalogue():
            if error.code == code:
                return Response(_entry(error))
        raise NotFound("No error has this code.")


# The views never change while a process runs, and this takes half a second.
_document = cache(document)


class SchemaView(OpenView):
    """The OpenAPI document of one version, as JSON."""

    version = ""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Return the document."""
        return Response(_document(self.version))


class DocsView(OpenView, SpectacularSwaggerSplitView):
    """A page to read and try the API, made of local files only: it works offline."""

    query_parameters = ("script",)


def _entry(error: type[AppError]) -> dict[str, Any]:
    return {
        "type": catalogue_url(error.code),
        "code": error.code,
        "title": error.title,
        "status": error.status,
        "meaning": inspect.getdoc(error),
    }
