"""Examples of the inbox, shown in the OpenAPI document."""

from apps.notifications.api.showing import example

ITEM_ID = "019ab2d9-1122-7c3d-9e4f-aabbccddeeff"

item = example(
    id=ITEM_ID,
    category="buildings.requests",
    title="The lift works again",
    body="In house 2.",
    url="/buildings/019ab2d0-aaaa-7b3a-9c55-3e1f6a7b8c9d",
    data={"request_id": "019ab2d0-bbbb-7b3a-9c55-3e1f6a7b8c9d"},
    language="en",
    seen_at="2026-11-22T09:30:00Z",
    read_at=None,
    archived_at=None,
    created_at="2026-11-22T09:29:00Z",
)
items = example(ids=[ITEM_ID])
counts = example(unread=2, unseen=0)
