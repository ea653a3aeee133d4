"""Reads request bodies: JSON in UTF-8 of a bounded size and depth, and nothing else."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from typing_extensions import override

from apps.api.documents import read_document
from apps.api.errors import BodyTooLarge, LengthRequired, UnsupportedMediaType


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
        """Return the document; raises BodyTooLarge beyond DATA_UPLOAD_MAX_MEMORY_SIZE."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        _refuse_more_than(limit, len(body))
        return read_document(body)


def refuse_unreadable(request: Request) -> None:
    """Refuse, by the headers alone, what no parser of ours would read.

    Raises LengthRequired, BodyTooLarge or UnsupportedMediaType.
    """
    headers = request.headers
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        raise LengthRequired("Send the body with a Content-Length header, not in chunks.")
    length = headers.get("Content-Length", "")
    # The length is also the number of digits: int() refuses to read thousands of them.
    if length.isdecimal():
        _refuse_more_than(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, int(length[:20]))
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without a Content-Encoding.")
    # Django decodes even the query string in the charset that the Content-Type names.
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType("Send text in UTF-8.")


def _refuse_more_than(limit: int, length: int) -> None:
    if length > limit:
        raise BodyTooLarge(f"A body may have {limit} bytes here.")
