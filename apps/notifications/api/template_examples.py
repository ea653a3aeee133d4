"""Examples of templates and their previews, shown in the OpenAPI document."""

from apps.notifications.api.showing import example

template = example(
    key="lifts.stuck",
    category="maintenance",
    variables={"lift": "Lift 3", "floor": "7"},
    texts=[
        {
            "channel": "",
            "language": "en",
            "title": "{{ lift }} is stuck",
            "body": "Please wait.",
            "url": "/lifts/{{ lift }}",
        }
    ],
)
preview = example(
    findings=[
        {
            "where": "variables.floor",
            "code": "unused",
            "message": "No text mentions it.",
            "is_error": False,
        }
    ],
    languages=[
        {
            "language": "en",
            "direction": "ltr",
            "error": "",
            "platforms": [
                {
                    "platform": "ios",
                    "language": "en",
                    "title": "Lift 3 is stuck",
                    "body": "Please wait.",
                    "url": "/lifts/Lift%203",
                    "title_direction": "ltr",
                    "body_direction": "ltr",
                    "size": 219,
                    "budget": 4096,
                    "is_cut": False,
                }
            ],
        }
    ],
)
