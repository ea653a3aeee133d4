"""A picture is asked for by a preset or by parameters, not by both."""

import pytest

from apps.media.api.serializers import PictureUrlIn


@pytest.mark.parametrize(
    "given",
    [
        *({"width": 9000}, {"quality": 0}, {"fit": "squash"}, {"format": "svg"}, {"other": 1}),
        *({"preset": "card", "width": 1}, {"expires_in_seconds": 0}, {"width": "600"}),
        {"expires_in_seconds": 7 * 86400 + 1},
    ],
)
def test_wrong_wish_is_refused(given: dict[str, object]) -> None:
    assert not PictureUrlIn(data=given).is_valid()


def test_nothing_need_be_said() -> None:
    serializer = PictureUrlIn(data={})

    assert serializer.is_valid()
    assert serializer.validated_data == {"expires_in_seconds": 3600}
