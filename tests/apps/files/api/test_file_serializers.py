"""What clients may ask of a URL, and what they are told where they say nothing."""

from typing import Any

import pytest

from apps.files.api.file_serializers import FileUrlIn


def read(**wish: Any) -> dict[str, Any]:
    serializer = FileUrlIn(data=wish)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def test_a_url_is_good_for_an_hour_unless_said_otherwise() -> None:
    assert read() == {"seconds": 3600}
    assert read(seconds=7 * 86400)["seconds"] == 7 * 86400


@pytest.mark.parametrize("seconds", [-1, 0, 7 * 86400 + 1, "60", 1.5])
def test_no_url_is_good_for_longer_than_a_week_or_for_no_time(seconds: object) -> None:
    assert not FileUrlIn(data={"seconds": seconds}).is_valid()
