"""Reads multipart forms that bring one small file; the bytes wait on disk, not in memory."""

import hashlib
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict
from rest_framework.parsers import BaseParser
from typing_extensions import override

from apps.api.errors import BodyTooLarge, MalformedBody, UnsupportedMediaType
from apps.files.bodies import Body, body_of
from apps.files.errors import TooLarge
from apps.files.intake import intake
from apps.files.types import ByteSource
from apps.kernel.errors import AppError

MEDIA_TYPE = "multipart/form-data"
# Beside the file: boundaries and a few words.
_REST_BYTES = 64 * 1024


class Form(dict[str, str]):
    """The words of a form and what tells one file from another; beside them all its fields."""

    def __init__(self, words: Mapping[str, str], file: "UploadedFile[Any]") -> None:
        super().__init__(words, filename=file.name or "", sha256=_hash_of(file))
        self.file = file
        self.fields: Mapping[str, Any] = {**words, "file": file}


class FormParser(BaseParser):
    """Parses a form with one file, called ``file``."""

    media_type = MEDIA_TYPE

    @override
    def parse(
        self,
        stream: ByteSource | IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Form:
        """Return the form; raises MalformedBody, UnsupportedMediaType, TooLarge, TooManyBodies.

        A form that was cut is refused: its last part would look whole.
        """
        assert parser_context is not None
        request = parser_context["request"]
        body = body_of(request.META)
        with intake.one_more():
            words, files = self._parsed(request, body)
        try:
            return self._checked(words, files, body)
        except AppError:
            _close(files)
            raise

    def _checked(self, words: QueryDict, files: MultiValueDict[str, Any], body: Body) -> Form:
        if body.is_cut:
            raise MalformedBody("The body is shorter than its Content-Length.")
        if not words and not files:
            raise UnsupportedMediaType("The body is no multipart form.")
        found = files.getlist("file")
        if len(found) != 1 or len(files) != 1:
            raise MalformedBody("Send one file, as the field `file`.")
        if any(len(several) > 1 for _, several in words.lists()):
            raise MalformedBody("A form may not hold the same field twice.")
        if (found[0].size or 0) > settings.FILES_FORM_BYTES:
            raise TooLarge
        return Form({key: str(word) for key, word in words.items()}, found[0])

    def _parsed(self, request: Any, body: Body) -> Any:
        handlers = [TemporaryFileUploadHandler(request)]
        try:
            stream: Any = _Stream(body)
            return MultiPartParser(request.META, stream, handlers, "utf-8").parse()
        except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent) as error:
            raise MalformedBody("The form is malformed.") from error
        except RequestDataTooBig as error:
            raise BodyTooLarge("The words of the form are too long.") from error


class _Stream:
    """A body, as Django's parser reads it."""

    def __init__(self, body: Body) -> None:
        self._blocks = iter(body)
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes."""
        block = self._rest or next(self._blocks, b"")
        self._rest = block[size:]
        return block[:size]


def is_form(content_type: str) -> bool:
    """Tell whether a request says that its body is a form."""
    return content_type.partition(";")[0].strip().lower() == MEDIA_TYPE


def refuse_large(length_bytes: int) -> None:
    """Raise TooLarge where a body is larger than any form that is taken."""
    if length_bytes > settings.FILES_FORM_BYTES + _REST_BYTES:
        raise TooLarge(
            f"A form brings at most {settings.FILES_FORM_BYTES} bytes; larger files come by tus."
        )


def _hash_of(file: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _close(files: MultiValueDict[str, Any]) -> None:
    for _, several in files.lists():
        for file in several:
            file.close()
