"""Fields of a command: of the right type, or the end of the connection."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.kernel.errors import AppError
from apps.realtime.protocol import fields
from apps.realtime.protocol.errors import Closing, Refused

READERS: list[tuple[Callable[..., Any], object]] = [
    (fields.text, ""),
    (fields.number, 0),
    (fields.flag, False),
    (fields.mapping, {}),
]
_WRONG: dict[Callable[..., Any], tuple[object, ...]] = {
    fields.text: (1, None, [], {}),
    fields.number: ("1", True, 1.5, 2**60, None),
    fields.flag: (1, "true", None),
    fields.mapping: ([], "x", None),
}
WRONG = [(read, value) for read, values in _WRONG.items() for value in values]


@pytest.mark.parametrize(("read", "default"), READERS)
def test_missing_field_is_what_it_is_by_default(read: Callable[..., Any], default: object) -> None:
    assert read({}, "x") == default


@pytest.mark.parametrize(("read", "value"), WRONG)
def test_field_of_another_type_ends_the_connection(read: Callable[..., Any], value: object) -> None:
    with pytest.raises(Closing) as closing:
        read({"x": value}, "x")

    assert closing.value.code == 3501


def test_label_can_be_stored_and_shown() -> None:
    assert fields.label({"name": "i\x00OS\n\x1b[31m"}, "name") == "iOS[31m"
    assert fields.label({"name": "x" * 1000}, "name") == "x" * 64


def test_data_is_an_object_that_can_be_stored() -> None:
    assert fields.data({"data": b'{"text":"x"}'}) == {"text": "x"}
    for data in (b"", b"[]", b"nonsense", b'{"a":"\\u0000"}', b"[" * 100 + b"]" * 100):
        with pytest.raises((Refused, AppError)):
            fields.data({"data": data})
