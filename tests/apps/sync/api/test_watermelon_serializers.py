"""What WatermelonDB's clients ask with."""

import pytest

from apps.sync.api.watermelon_serializers import WatermelonPullQuery, WatermelonPushQuery


@pytest.mark.parametrize("query", [{}, {"last_pulled_at": "null"}, {"last_pulled_at": ""}])
def test_who_has_pulled_nothing_says_null(query: dict[str, str]) -> None:
    for serializer in (WatermelonPullQuery(data=query), WatermelonPushQuery(data=query)):
        serializer.is_valid(raise_exception=True)
        assert serializer.validated_data["last_pulled_at"] is None


def test_timestamp_is_a_whole_number() -> None:
    serializer = WatermelonPullQuery(data={"last_pulled_at": "9007199254740991"})

    serializer.is_valid(raise_exception=True)

    assert serializer.validated_data["last_pulled_at"] == 2**53 - 1
    for text in ("0", "-1", "1.5", "NaN", "undefined", "9007199254740992"):
        assert not WatermelonPullQuery(data={"last_pulled_at": text}).is_valid()
