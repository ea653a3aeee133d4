"""What people are told of their buildings, in English and Hebrew."""

from apps.notifications.ports import DeclaredCategory, DeclaredTemplate
from apps.notifications.types import CategoryName, CategorySettings, Channel, Text

CATEGORIES = (
    DeclaredCategory(
        settings=CategorySettings(
            key="maintenance",
            name="Maintenance",
            description="Requests: opened, commented on, repaired.",
            translations={
                "he": CategoryName(name="תחזוקה", description="פניות: פתיחה, תגובות וטיפול.")
            },
        ),
    ),
    DeclaredCategory(
        settings=CategorySettings(
            key="community",
            name="Community",
            description="Invitations, and who has joined.",
            translations={
                "he": CategoryName(name="קהילה", description="הזמנות והצטרפות של דיירים.")
            },
            channels=(Channel.PUSH, Channel.EMAIL, Channel.INBOX),
        ),
    ),
)

_REQUEST = "/buildings/{{ building_id }}/requests/{{ request_id }}"
_BUILDING = "/buildings/{{ building_id }}"
_INVITATIONS = "/invitations"
_ID = "019abc00-0000-7000-8000-000000000000"
_OF_REQUEST = {
    "building": "Oak House",
    "title": "The lift is stuck",
    "building_id": _ID,
    "request_id": _ID,
}


def _template(
    key: str, english: Text, hebrew: Text, variables: dict[str, str], category: str = "maintenance"
) -> DeclaredTemplate:
    texts = {"en": english, "he": hebrew}
    return DeclaredTemplate.of(
        f"buildings.{key}", category=category, texts=texts, variables=variables
    )


TEMPLATES = (
    _template(
        "request_opened",
        Text(title="{{ building }}: new request", body="{{ title }}", url=_REQUEST),
        Text(title="{{ building }}: פנייה חדשה", body="{{ title }}", url=_REQUEST),
        _OF_REQUEST,
    ),
    _template(
        "request_in_progress",
        Text(title="{{ building }}: work has begun", body="{{ title }}", url=_REQUEST),
        Text(title="{{ building }}: הטיפול החל", body="{{ title }}", url=_REQUEST),
        _OF_REQUEST,
    ),
    _template(
        "request_resolved",
        Text(
            title="{{ building }}: repaired",
            body="{{ title }}. Please see whether it holds, and close the request.",
            url=_REQUEST,
        ),
        Text(
            title="{{ building }}: הטיפול הושלם",
            body="{{ title }}. נא לבדוק שהתקלה תוקנה ולסגור את הפנייה.",
            url=_REQUEST,
        ),
        _OF_REQUEST,
    ),
    _template(
        "request_closed",
        Text(title="{{ building }}: request closed", body="{{ title }}", url=_REQUEST),
        Text(title="{{ building }}: הפנייה נסגרה", body="{{ title }}", url=_REQUEST),
        _OF_REQUEST,
    ),
    _template(
        "request_reopened",
        Text(title="{{ building }}: request opened again", body="{{ title }}", url=_REQUEST),
        Text(title="{{ building }}: הפנייה נפתחה מחדש", body="{{ title }}", url=_REQUEST),
        _OF_REQUEST,
    ),
    _template(
        "comment_added",
        Text(title="{{ author }} on “{{ title }}”", body="{{ text }}", url=_REQUEST),
        Text(title="תגובה מאת {{ author }}: {{ title }}", body="{{ text }}", url=_REQUEST),
        {
            "author": "Dana Levi",
            "title": "The lift is stuck",
            "text": "The technician comes at four.",
            "building_id": _ID,
            "request_id": _ID,
        },
    ),
    # Of people who never told their name.
    _template(
        "comment_added_unnamed",
        Text(title="New comment on “{{ title }}”", body="{{ text }}", url=_REQUEST),
        Text(title="תגובה חדשה: {{ title }}", body="{{ text }}", url=_REQUEST),
        {
            "title": "The lift is stuck",
            "text": "The technician comes at four.",
            "building_id": _ID,
            "request_id": _ID,
        },
    ),
    _template(
        "comment_added.digest",
        Text(title="{{ count }} new comments on “{{ title }}”", body="{{ items }}", url=_REQUEST),
        Text(title="{{ count }} תגובות חדשות: {{ title }}", body="{{ items }}", url=_REQUEST),
        {"title": "The lift is stuck", "building_id": _ID, "request_id": _ID},
    ),
    _template(
        "member_invited",
        Text(
            title="You are invited to {{ building }}",
            body="Accept or decline the invitation in the app.",
            url=_INVITATIONS,
        ),
        Text(
            title="הזמנה להצטרף אל {{ building }}",
            body="אפשר לאשר או לדחות את ההזמנה באפליקציה.",
            url=_INVITATIONS,
        ),
        {"building": "Oak House"},
        category="community",
    ),
    _template(
        "member_joined",
        Text(title="{{ building }}: {{ member }} has joined", url=_BUILDING),
        Text(title="{{ building }}: הצטרפות של {{ member }}", url=_BUILDING),
        {"building": "Oak House", "member": "Dana Levi", "building_id": _ID},
        category="community",
    ),
    _template(
        "member_joined_unnamed",
        Text(title="{{ building }}: somebody has joined", url=_BUILDING),
        Text(title="{{ building }}: הצטרפות חדשה", url=_BUILDING),
        {"building": "Oak House", "building_id": _ID},
        category="community",
    ),
)
