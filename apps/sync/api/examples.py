"""Examples of what goes in and comes out, shown in the OpenAPI document."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shown = TypeVar("Shown", bound=type)

DEVICE = "b1f4c6d2-phone"
NOW = 1795340000000
CHECKPOINT = 4_412_407
HOUSE_ID = "019ab2c4-5f60-7a1b-8c2d-1a2b3c4d5e6f"
# As WatermelonDB makes them.
UNIT_ID = "kUvXk2pQ7nW0aZ3B"
OP_ID = "019ab2e1-0a1b-7c2d-8e3f-405162738495"
CONFLICT_ID = "019ab2e2-1122-7c3d-9e4f-aabbccddeeff"
UNIT: dict[str, Any] = {
    "building_id": HOUSE_ID,
    "label": "2 left",
    "floor": 2,
    "notes": "",
}
TIMES = {"created_at": NOW - 5000, "updated_at": NOW - 4000}
ROW = {"id": UNIT_ID, **UNIT, **TIMES}


def example(**value: object) -> Callable[[Shown], Shown]:
    """Return the decorator that gives a serializer its example."""
    return extend_schema_serializer(examples=[OpenApiExample("example", value=value)])


operation: dict[str, Any] = {
    "op_id": OP_ID,
    "table": "units",
    "id": UNIT_ID,
    "op": "upsert",
    "base_revision": 3,
    "changes": {"notes": "The key is with the caretaker."},
    "hlc": f"{NOW - 900}-0",
}
push = example(device=DEVICE, client_now=NOW, pending=1, operations=[operation])
pushed = example(
    results=[
        {
            "op_id": OP_ID,
            "outcome": "merged",
            "revision": 5,
            "record": {**ROW, "notes": "The key is with the caretaker."},
            "code": "",
            "reason": "",
            "conflict_id": None,
            "retry_after": None,
            "is_repeated": False,
        }
    ],
    server_now=NOW + 120,
)
page = example(
    changes={"units": {"rows": [{**ROW, "_revision": 4}], "deleted": ["Pq81fG0a2LmX9dTe"]}},
    checkpoint=CHECKPOINT,
    has_more=False,
    strategy="incremental",
    is_first=True,
    server_now=NOW + 120,
)

watermelon_push = {
    "units": {
        "created": [],
        "updated": [
            {**ROW, "notes": "wet", "_status": "updated", "_changed": "notes"},
        ],
        "deleted": [],
    }
}
watermelon_page = example(
    changes={"units": {"created": [], "updated": [ROW], "deleted": ["Pq81fG0a2LmX9dTe"]}},
    timestamp=CHECKPOINT,
    has_more=False,
)
watermelon_pushed = {
    "experimentalRejectedIds": {"units": [UNIT_ID]},
    "rejected": [
        {
            "table": "units",
            "id": UNIT_ID,
            "code": "kernel.forbidden",
            "reason": "Only owners and managers may change units.",
        }
    ],
}

rxdb_push = [
    {
        "newDocumentState": {**ROW, "notes": "wet", "_deleted": False},
        "assumedMasterState": {**ROW, "_deleted": False},
    }
]
rxdb_page = example(
    documents=[{**ROW, "_deleted": False}, {"id": "Pq81fG0a2LmX9dTe", "_deleted": True}],
    checkpoint={"number": CHECKPOINT},
    has_more=False,
    strategy="incremental",
    is_first=True,
)
rxdb_conflicts = [{**ROW, "notes": "dry", "_deleted": False}]

conflict = example(
    id=CONFLICT_ID,
    device=DEVICE,
    table="requests",
    record_id="Zt6bR1wQ8yN4cV2M",
    kind="edit_edit",
    settled="open",
    fields=["description"],
    mine={"description": "At night only."},
    theirs={"id": "Zt6bR1wQ8yN4cV2M", "title": "The tap drips", "description": "All day."},
    base_revision=3,
    server_revision=4,
    resolution="",
    resolved_at=None,
    created_at="2026-11-22T09:30:00Z",
)
resolving = example(resolution="merged", values={"description": "All day, and more at night."})
