"""Responses are JSON in UTF-8."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import orjson
import pytest
from django.utils.translation import gettext_lazy

from apps.api.renderers import OrjsonRenderer, to_json

ID = UUID("019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"id": ID}, '{"id":"019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"}'),
        (datetime(2026, 11, 21, 9, 30, tzinfo=UTC), '"2026-11-21T09:30:00Z"'),
        (Decimal("1.10"), '"1.10"'),
        (gettext_lazy("Name"), '"Name"'),
        ("café", '"café"'),
        ({1: None}, '{"1":null}'),
    ],
)
def test_a_value_has_one_form(value: object, text: str) -> None:
    assert to_json(value) == text.encode()


def test_what_has_no_form_is_a_mistake_of_ours() -> None:
    with pytest.raises(orjson.JSONEncodeError, match="object"):
        to_json(object())


def test_nothing_renders_as_no_bytes() -> None:
    assert OrjsonRenderer().render(None) == b""
