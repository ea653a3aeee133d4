"""Reads request bodies: JSON in UTF-8 of a bounded size and depth, and nothing else."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from typing_extensions import override

from apps.api.documents import read_document
from apps.api.errors import (
    BadRequest,
    BodyTooLarge,
    LengthRequired,
    MalformedBody,
    UnsupportedMediaType,
)


class OrjsonParser(BaseParser):
    """Parses ``application/json`` strictly; see `documents.read_document` for its rules."""

    media_type = "application/json"

    @override
    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the document; raises BodyTooLarge beyond DATA_UPLOAD_MAX_MEMORY_SIZE.

        The bytes are counted here too, because a Content-Length may lie both ways.
        """
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        _refuse_more_than(limit, len(body))
        if parser_context and len(body) < _length(parser_context["request"]):
            raise MalformedBody("The body is shorter than its Content-Length.")
        return read_document(body)


def refuse_unreadable(request: Request) -> None:
    """Refuse, by the headers alone, what no parser of ours would read.

    Raises LengthRequired, BadRequest, BodyTooLarge or UnsupportedMediaType.
    """
    # Not request.headers, here and below: making that mapping costs more than reading these.
    headers = request.META
    if "chunked" in headers.get("HTTP_TRANSFER_ENCODING", "").lower():
        raise LengthRequired("Send the body with a Content-Length header, not in chunks.")
    _refuse_more_than(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, _length(request))
    if headers.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without a Content-Encoding.")
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType("Send text in UTF-8.")


def _length(request: Request) -> int:
    """Return what the Content-Length says; raises BadRequest where it is no length."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    if not (text.isascii() and text.isdigit()):
        raise BadRequest("The Content-Length is not a number of bytes.")
    # A longer number is too large whatever its other digits, and int() refuses thousands.
    return int(text[:20])


def _refuse_more_than(limit: int, length: int) -> None:
    if length > limit:
        raise BodyTooLarge(f"A body may have {limit} bytes here.")
