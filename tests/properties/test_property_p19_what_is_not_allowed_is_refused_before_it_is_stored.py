"""P19: what is over the limit or of a type that is not allowed is refused before it is stored."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.files.models import File, Upload, UploadPart
from apps.files.ports import purposes
from apps.files.services import check_due
from apps.files.types import FileState, Kind, Purpose
from tests.apps.files.bringing import stored
from tests.apps.files.conftest import files_root
from tests.apps.files.samples import PDF, SVG, picture, program, text, zipped
from tests.apps.files.tus_clients import TusClient, metadata

__all__ = ["files_root"]

pytestmark = pytest.mark.django_db

LIMIT = 20_000
# What bytes are, told once more without libmagic.
CONTENTS: dict[str, Callable[[int], bytes]] = {
    "text/plain": text,
    "image/png": lambda _: picture("PNG"),
    "image/gif": lambda _: picture("GIF"),
    "application/pdf": lambda _: PDF,
    "application/zip": lambda _: zipped({"a.txt": b"a"}),
    "image/svg+xml": lambda _: SVG,
    "application/x-dosexec": lambda _: program(),
    "text/html": lambda _: b"<!doctype html><html></html>",
}
EXTENSIONS = ("txt", "png", "gif", "pdf", "zip", "svg", "exe", "html")
# A zip under another name is an office file or nothing; an SVG of an allowed type is refused later.
kinds = st.builds(
    Kind,
    extension=st.sampled_from(EXTENSIONS),
    content_type=st.sampled_from([kind for kind in CONTENTS if kind != "image/svg+xml"]),
).filter(lambda kind: kind.extension == "zip" or kind.content_type != "application/zip")


@given(
    allowed=st.sets(kinds, min_size=1, max_size=12),
    extension=st.sampled_from(EXTENSIONS),
    content_type=st.sampled_from([*CONTENTS]),
    size=st.integers(50, 2 * LIMIT) | st.sampled_from([LIMIT, LIMIT + 1]),
    is_length_known=st.booleans(),
)
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_only_what_is_allowed_is_stored(
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
    allowed: set[Kind],
    extension: str,
    content_type: str,
    size: int,
    is_length_known: bool,
) -> None:
    purpose = Purpose(
        name="sample", title="Sample", kinds=tuple(allowed), limit_bytes=LIMIT, is_image=False
    )
    monkeypatch.setitem(purposes._entries, purpose.name, purpose)
    File.objects.all().delete()
    Upload.objects.all().delete()
    kept = stored("content/")
    content = CONTENTS[content_type](size)
    may_pass = len(content) <= LIMIT and Kind(extension=extension, content_type=content_type) in (
        allowed
    )

    _bring(TusClient(owner), content, name=f"a.{extension}", is_length_known=is_length_known)

    if not may_pass:
        assert not File.objects.exists()
        assert stored("content/") == kept
        assert not UploadPart.objects.exists()
        return
    check_due()
    file = File.objects.get()
    assert (file.state, file.size_bytes) == (FileState.CLEAN, len(content))


def _bring(phone: TusClient, content: bytes, *, name: str, is_length_known: bool) -> None:
    answer = phone.create(
        length=len(content) if is_length_known else None,
        Upload_Metadata=metadata(filename=name, purpose="sample"),
    )
    if answer.status != 201:
        assert answer.status in {413, 415}
        return
    answer = phone.patch(
        answer.headers["location"], content, offset=0, Upload_Length=str(len(content))
    )
    assert answer.status in {204, 413, 415}
