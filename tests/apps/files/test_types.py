"""What a purpose allows, and how content is given to who asks for it."""

import pytest

from apps.files.types import Content, Disposition, Kind, Purpose

INLINE, ATTACHMENT = Disposition.INLINE, Disposition.ATTACHMENT


@pytest.mark.parametrize(
    ("extension", "content_type", "is_allowed"),
    [
        ("jpg", "image/jpeg", True),
        ("png", "image/png", True),
        ("jpg", "image/png", False),
        ("JPG", "image/jpeg", False),
        ("", "image/jpeg", False),
    ],
)
def test_extension_and_type_are_allowed_as_a_pair(
    extension: str, content_type: str, *, is_allowed: bool
) -> None:
    kinds = tuple(
        Kind(extension=each, content_type=f"image/{type_}")
        for each, type_ in (("jpg", "jpeg"), ("png", "png"))
    )
    purpose = Purpose(name="photo", title="Photo", kinds=kinds, limit_bytes=1)

    assert purpose.allows(extension, content_type) is is_allowed


@pytest.mark.parametrize(
    ("as_allowed", "asked", "given"),
    [
        (INLINE, None, INLINE),
        (INLINE, INLINE, INLINE),
        (INLINE, ATTACHMENT, ATTACHMENT),
        (ATTACHMENT, None, ATTACHMENT),
        (ATTACHMENT, ATTACHMENT, ATTACHMENT),
        (ATTACHMENT, INLINE, ATTACHMENT),
    ],
)
def test_nothing_is_shown_in_place_that_may_only_be_downloaded(
    as_allowed: Disposition, asked: Disposition | None, given: Disposition
) -> None:
    content = Content(
        storage="local",
        object_name="content/ab/abc",
        size_bytes=1,
        content_type="image/jpeg",
        sha256="abc",
        etag="abc",
        name="photo.jpg",
        disposition=as_allowed,
    )

    assert content.given_as(asked) is given
