"""The headers of tus, read strictly."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from apps.files import tus
from apps.kernel.errors import Invalid

ID = UUID("019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d")


@pytest.mark.parametrize("text", ["", "-1", "1.0", "0x1", "\uff11", "9" * 30, str(2**62 + 1), " 1"])
def test_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        tus.declared_offset({"HTTP_UPLOAD_OFFSET": text})


@pytest.mark.parametrize(
    "url",
    [f"https://upload.example.com/api/v1/uploads/{ID}/", f"/api/v2/uploads/{ID}", f"/uploads/{ID}"],
)
def test_upload_is_known_by_any_spelling_of_its_url(url: str) -> None:
    assert tus.ids_of_parts(f"final;{url}") == [ID]


@pytest.mark.parametrize(
    "urls", ["", "/uploads/1/", f"/files/{ID}/", f"/uploads/{ID}/ /uploads/{ID}/", "http://["]
)
def test_what_names_no_uploads_is_refused(urls: str) -> None:
    with pytest.raises(Invalid):
        tus.ids_of_parts(f"final;{urls}")


def test_only_some_methods_stand_for_others() -> None:
    wanted = {
        name: tus.overridden_method({"HTTP_X_HTTP_METHOD_OVERRIDE": name})
        for name in ("patch", "DELETE", "HEAD", "GET", "PUT", "")
    }

    assert wanted == {
        "patch": "PATCH", "DELETE": "DELETE", "HEAD": "HEAD", "GET": None, "PUT": None, "": None,
    }  # fmt: skip


def test_expiry_is_a_date_of_http() -> None:
    assert tus.expiry(datetime(2026, 11, 22, 9, 30, tzinfo=UTC)) == "Sun, 22 Nov 2026 09:30:00 GMT"


def test_extensions_stand_without_spaces() -> None:
    assert " " not in tus.EXTENSIONS + tus.CHECKSUM_ALGORITHMS
