"""Which names and contents go together."""

import pytest

from apps.files.default_purposes import AVATAR, DEFAULT_PURPOSES, DOCUMENT, IMAGE, kinds
from apps.files.ports import purposes


def test_they_are_there_by_default() -> None:
    assert {"archive", "avatar", "document", "image"} <= {purpose.name for purpose in purposes}


@pytest.mark.parametrize("extension", ["svg", "png", "xml", "html", ""])
def test_svg_is_refused_under_any_name(extension: str) -> None:
    assert not any(each.allows(extension, "image/svg+xml") for each in DEFAULT_PURPOSES)


def test_name_and_content_must_fit_each_other() -> None:
    assert IMAGE.allows("jpg", "image/jpeg")
    assert not IMAGE.allows("png", "image/jpeg")
    assert not IMAGE.allows("pdf", "application/pdf")
    assert DOCUMENT.allows("pdf", "application/pdf")
    assert not DOCUMENT.allows("exe", "application/x-dosexec")
    assert not AVATAR.allows("tif", "image/tiff")


def test_an_extension_may_go_with_several_types() -> None:
    assert [kind.content_type for kind in kinds(csv="text/csv text/plain")] == [
        "text/csv",
        "text/plain",
    ]
