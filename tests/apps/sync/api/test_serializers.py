"""What a client says of itself, and what it asks with."""

from typing import Any

import pytest

from apps.sync.api import examples
from apps.sync.api.serializers import PullQuery, PushIn
from apps.sync.errors import TooManyOperations


def read(**query: str) -> dict[str, Any]:
    serializer = PullQuery(data=query)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def test_who_says_nothing_has_the_first_schema_and_nothing_yet() -> None:
    assert read() == {
        "schema_version": 1,
        "app_version": "",
        "client_now": None,
        "pending": None,
        "migration": None,
        "rows": 5000,
        "checkpoint": None,
    }


def test_what_is_said_is_read() -> None:
    told = read(device="b1f4c6d2-phone", checkpoint="9007199254740991", rows="1", pending="0")

    assert (told["device"], told["checkpoint"]) == ("b1f4c6d2-phone", 2**53 - 1)
    assert (told["rows"], told["pending"]) == (1, 0)


@pytest.mark.parametrize(
    "query",
    [
        {"device": ""},
        {"device": "a\nb"},
        {"device": "session:1"},
        {"app_version": "1\u202e0"},
        {"app_version": "x" * 41},
        {"client_now": "1577836799999"},
        {"checkpoint": "9007199254740992"},
        {"migration": "x" * 20_001},
    ],
)
def test_what_no_client_of_ours_says_is_refused(query: dict[str, str]) -> None:
    assert not PullQuery(data=query).is_valid()


@pytest.mark.parametrize("operations", [None, {}, "x", 7])
def test_push_without_a_list_of_operations_is_refused(operations: Any) -> None:
    serializer = PushIn(data={"operations": operations})

    assert not serializer.is_valid()
    assert list(serializer.errors) == ["operations"]


def test_operations_are_counted_before_they_are_read() -> None:
    with pytest.raises(TooManyOperations):
        PushIn(data={"operations": [examples.operation] * 1001}).is_valid()
