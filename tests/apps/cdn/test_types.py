"""Only two classes of content may be public."""

from apps.cdn.types import ContentClass


def test_only_hashed_assets_and_public_images_may_be_public() -> None:
    assert {each for each in ContentClass if each.may_be_public} == {
        ContentClass.IMMUTABLE,
        ContentClass.PUBLIC_IMAGE,
    }
