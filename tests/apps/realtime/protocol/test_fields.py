"""Fields of a command: of the right type, or the end of the connection."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.realtime.protocol import fields
from apps.realtime.protocol.errors import Closing

READERS = [(fields.text, ""), (fields.number, 0), (fields.flag, False), (fields.mapping, {})]
WRONG = [
    *((fields.text, value) for value in (1, None, [], {})),
    *((fields.number, value) for value in ("1", True, 1.5, 2**60, None)),
    *((fields.flag, value) for value in (1, "true", None)),
    *((fields.mapping, value) for value in ([], "x", None)),
]


@pytest.mark.parametrize(("read", "default"), READERS)
def test_missing_field_is_what_it_is_by_default(read: Callable[..., Any], default: object) -> None:
    assert read({}, "x") == default


@pytest.mark.parametrize(("read", "value"), WRONG)
def test_field_of_another_type_ends_the_connection(read: Callable[..., Any], value: object) -> None:
    with pytest.raises(Closing) as closing:
        read({"x": value}, "x")

    assert closing.value.code == 3501
