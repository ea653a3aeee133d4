"""Examples of what goes in and comes out, shown in the OpenAPI document."""

from collections.abc import Callable
from typing import TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shown = TypeVar("Shown", bound=type)

_CREATED = {"created_at": "2026-11-21T09:30:00Z"}
_TIMES = {**_CREATED, "updated_at": "2026-11-21T09:30:00Z"}
_ADA = {"id": "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d", "name": "Ada"}
_HOUSE = {"id": "019ab2c4-5f60-7a1b-8c2d-1a2b3c4d5e6f", "name": "Lighthouse"}
_UNIT_ID = "019ab2c5-1122-7c3d-9e4f-aabbccddeeff"


def _example(**value: object) -> Callable[[Shown], Shown]:
    return extend_schema_serializer(examples=[OpenApiExample("example", value=value)])


new_building = _example(name="Lighthouse", address="1 Harbour Road")
building = _example(**_HOUSE, address="1 Harbour Road", role="owner", **_TIMES)

new_unit = _example(label="2 left", floor=2, notes="")
unit = _example(id=_UNIT_ID, label="2 left", floor=2, notes="", **_TIMES)

role = _example(role="manager")
member = _example(**_ADA, role="owner", joined_at="2026-11-21T09:30:00Z")

new_invitation = _example(email="ben@example.com", role="resident")
invitation = _example(
    id="019ab2c6-3344-7d5e-8f60-112233445566",
    building=_HOUSE,
    email="ben@example.com",
    role="resident",
    **_CREATED,
)

new_request = _example(title="The tap drips", unit=_UNIT_ID, priority="high")
request = _example(
    id="019ab2c7-5566-7e7f-9081-223344556677",
    unit=_UNIT_ID,
    author=_ADA,
    title="The tap drips",
    description="",
    status="open",
    priority="high",
    **_TIMES,
)
status = _example(status="in_progress")

new_comment = _example(text="It drips at night only.")
comment = _example(
    id="019ab2c8-7788-7f90-a1b2-334455667788",
    author=_ADA,
    text="It drips at night only.",
    **_CREATED,
)
