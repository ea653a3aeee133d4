"""Examples of what goes in and comes out, shown in the OpenAPI document."""

from collections.abc import Callable
from typing import TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shown = TypeVar("Shown", bound=type)


def example(**value: object) -> Callable[[Shown], Shown]:
    """Return the decorator that gives a serializer its example."""
    return extend_schema_serializer(examples=[OpenApiExample("example", value=value)])


new_url = example(width=600, height=600, fit="cover", position="attention", expires_in_seconds=3600)
url = example(
    url="https://api.example.com/media/v1/files/019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d"
    "?width=600&height=600&fit=cover&position=attention&expires=1795255200"
    "&signature=0OfaYYQjr0Lz.wEnL65HBrIFayK9Y0JBOA6gIvI62vxfogcM93O4i-tE",
    expires_at="2026-11-21T10:00:00Z",
)
