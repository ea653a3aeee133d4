"""A picture in place of an error has the size and format that were asked for."""

from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from apps.imaging.types import Format
from apps.media.errors import BadParameter
from apps.media.fallbacks import check_fallback, fallback_for
from apps.media.types import Asked, OwnFile, Parameters

pytestmark = pytest.mark.django_db


def asked(fallback: str = "blank", **parameters: object) -> Asked:
    return Asked(
        source=OwnFile(uuid4()),
        parameters=Parameters(**parameters),  # type: ignore[arg-type]  # each its type
        fallback=fallback,
    )


def test_fallback_fills_the_box() -> None:
    found = fallback_for(asked(width=120, height=30, format=Format.JPEG), "")

    assert found is not None
    assert found[0] == "image/jpeg"
    assert Image.open(BytesIO(found[1])).size == (120, 30)


def test_fallback_follows_the_client_where_the_format_is_open() -> None:
    found = fallback_for(asked(width=10, height=10), "image/webp")

    assert found is not None
    assert found[0] == "image/webp"


def test_who_asks_for_none_gets_none() -> None:
    assert fallback_for(asked(""), "") is None


def test_unknown_name_is_refused() -> None:
    check_fallback("")
    check_fallback("blank")
    with pytest.raises(BadParameter, match="blank"):
        check_fallback("other")
