"""The decorator that gives a serializer its example in the OpenAPI document."""

from collections.abc import Callable
from typing import TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shown = TypeVar("Shown", bound=type)
_STATUSES = ("200", "201", "202")


def example(**value: object) -> Callable[[Shown], Shown]:
    """Return the decorator that gives a serializer its example."""
    return extend_schema_serializer(
        examples=[OpenApiExample("example", value=value, status_codes=_STATUSES)]
    )
