"""Examples of what people want, shown in the OpenAPI document."""

from apps.notifications.api.showing import example

category = example(
    category="buildings.requests",
    name="Maintenance",
    description="What becomes of what you reported.",
    is_mandatory=False,
    push=True,
    email=False,
    inbox=True,
)
preferences = example(
    items=[
        {
            "category": "buildings.requests",
            "name": "Maintenance",
            "description": "What becomes of what you reported.",
            "is_mandatory": False,
            "push": True,
            "email": False,
            "inbox": True,
        }
    ]
)
changes = example(
    changes=[{"category": "account_security", "channel": "email", "is_enabled": True}]
)
_NIGHT = {
    "is_enabled": True,
    "starts_at": "22:00:00",
    "ends_at": "07:00:00",
    "weekdays": [1, 2, 3, 4, 5, 6, 7],
}
new_quiet_hours = example(**_NIGHT)
quiet_hours = example(**_NIGHT, time_zone="")
new_topic = example(topic="lift-news")
topic = example(
    id="019ab2e2-1122-7c3d-9e4f-aabbccddeeff",
    topic="lift-news",
    created_at="2026-11-22T09:30:00Z",
)
