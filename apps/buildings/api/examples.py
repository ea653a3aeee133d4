"""Examples of what goes in and comes out, shown in the OpenAPI document."""

from collections.abc import Callable
from typing import TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shown = TypeVar("Shown", bound=type)

CREATED = {"created_at": "2026-11-21T09:30:00Z"}
TIMES = {**CREATED, "updated_at": "2026-11-21T09:30:00Z"}
ADA = {"id": "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d", "name": "Ada"}
HOUSE = {"id": "019ab2c4-5f60-7a1b-8c2d-1a2b3c4d5e6f", "name": "Lighthouse"}
UNIT_ID = "019ab2c5-1122-7c3d-9e4f-aabbccddeeff"


def example(**value: object) -> Callable[[Shown], Shown]:
    """Return the decorator that gives a serializer its example."""
    return extend_schema_serializer(examples=[OpenApiExample("example", value=value)])


new_building = example(name="Lighthouse", address="1 Harbour Road")
building = example(**HOUSE, address="1 Harbour Road", role="owner", **TIMES)

new_unit = example(label="2 left", floor=2, notes="")
unit = example(id=UNIT_ID, label="2 left", floor=2, notes="", **TIMES)

role = example(role="manager")
member = example(**ADA, role="owner", joined_at="2026-11-21T09:30:00Z")

new_invitation = example(email="ben@example.com", role="resident")
invitation = example(
    id="019ab2c6-3344-7d5e-8f60-112233445566",
    building=HOUSE,
    email="ben@example.com",
    role="resident",
    **CREATED,
)

new_request = example(title="The tap drips", unit=UNIT_ID, priority="high")
request = example(
    id="019ab2c7-5566-7e7f-9081-223344556677",
    unit=UNIT_ID,
    author=ADA,
    title="The tap drips",
    description="",
    status="open",
    priority="high",
    **TIMES,
)
status = example(status="in_progress")

new_comment = example(text="It drips at night only.")
comment = example(
    id="019ab2c8-7788-7f90-a1b2-334455667788",
    author=ADA,
    text="It drips at night only.",
    **CREATED,
)
