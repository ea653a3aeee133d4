"""Bodies give all that came, however they end, and never ask for more than there is."""

from io import BytesIO

import pytest
from typing_extensions import override

from apps.api.errors import BadRequest, UnsupportedMediaType
from apps.files.bodies import STEP_BYTES, body_of


class _Strict(BytesIO):
    """A server that would wait for bytes that were not announced."""

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert 0 < size <= len(self.getvalue()) - self.tell()
        return super().read(size)


class _Broken(BytesIO):
    """A line that breaks in the end."""

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        if block := super().read(size):
            return block
        raise ConnectionResetError


def test_body_is_read_in_steps_up_to_its_length() -> None:
    content = b"a" * (STEP_BYTES + 10)
    body = body_of({"CONTENT_LENGTH": str(len(content)), "wsgi.input": _Strict(content)})

    assert [len(block) for block in body] == [STEP_BYTES, 10]
    assert not body.is_cut


def test_body_in_chunks_is_read_to_its_end() -> None:
    body = body_of({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": BytesIO(b"abc")})

    assert (b"".join(body), body.is_cut, body.length_bytes) == (b"abc", False, None)


@pytest.mark.parametrize("line", [BytesIO, _Broken])
def test_cut_body_gives_what_came_and_knows_it(line: type[BytesIO]) -> None:
    body = body_of({"CONTENT_LENGTH": "10", "wsgi.input": line(b"abc")})

    assert (b"".join(body), body.is_cut) == (b"abc", True)


def test_body_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadRequest):
        body_of({"CONTENT_LENGTH": "-1", "wsgi.input": BytesIO()})
    with pytest.raises(UnsupportedMediaType):
        body_of({"HTTP_CONTENT_ENCODING": "gzip", "wsgi.input": BytesIO()})
