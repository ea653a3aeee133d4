"""What people are told of their conflicts, once each, in English and Hebrew."""

from collections.abc import Sequence
from uuid import UUID

from apps.events.types import LoggedEvent
from apps.notifications.ports import DeclaredCategory, DeclaredTemplate, Rule, Wish
from apps.notifications.types import CategoryName, CategorySettings, Target, TargetKind, Text
from apps.sync.events import ConflictRecorded
from apps.sync.models import SyncConflict
from apps.sync.types import ConflictKind, ConflictState

CATEGORY = DeclaredCategory(
    settings=CategorySettings(
        key="sync",
        name="Sync",
        description="Changes of yours that wait for your decision.",
        translations={"he": CategoryName(name="סנכרון", description="שינויים שממתינים להחלטה.")},
    ),
)

_CONFLICT = "/sync/conflicts/{{ conflict_id }}"
_ID = "019abc00-0000-7000-8000-000000000000"


def _template(
    kind: ConflictKind, english: tuple[str, str], hebrew: tuple[str, str]
) -> DeclaredTemplate:
    texts = {
        language: Text(title=title, body=body, url=_CONFLICT)
        for language, (title, body) in (("en", english), ("he", hebrew))
    }
    return DeclaredTemplate.of(
        f"{CATEGORY.name}.{kind}",
        category=CATEGORY.name,
        texts=texts,
        variables={"conflict_id": _ID},
    )


TEMPLATES = (
    _template(
        ConflictKind.EDIT_EDIT,
        ("Two versions of a change", "Somebody else changed the same. Choose what stays."),
        ("שתי גרסאות לאותו שינוי", "אותו פרט השתנה גם במקום אחר. יש לבחור מה יישאר."),
    ),
    _template(
        ConflictKind.EDIT_DELETED,
        ("What you changed was deleted", "Your change is kept. Choose whether it comes back."),
        ("הפריט שהשתנה נמחק", "השינוי נשמר. יש לבחור אם להחזיר את הפריט."),
    ),
    _template(
        ConflictKind.DELETE_EDITED,
        ("What you deleted was changed", "It is still there. Choose whether it goes."),
        ("הפריט שנמחק השתנה", "הפריט עדיין קיים. יש לבחור אם למחוק אותו."),
    ),
    _template(
        ConflictKind.REFUSED,
        ("A change could not be saved", "It is kept. Try it again, or let it go."),
        ("שינוי לא נשמר בשרת", "השינוי נשמר בצד. אפשר לנסות שוב או לוותר עליו."),
    ),
)


def _conflict_recorded(event: LoggedEvent) -> Sequence[Wish]:
    """Tell whose change it is, unless it is decided by now."""
    conflict_id = event.payload["conflict_id"]
    open_ones = SyncConflict.objects.filter(settled=ConflictState.OPEN)
    if not open_ones.filter(public_id=conflict_id).exists():
        return ()
    return [
        Wish(
            template=f"{CATEGORY.name}.{event.payload['kind']}",
            target=Target(kind=TargetKind.USERS, user_ids=(UUID(event.payload["user_id"]),)),
            variables={"conflict_id": conflict_id},
            data={
                "conflict_id": conflict_id,
                "table": event.payload["table"],
                "record_id": event.payload["record_id"],
            },
            collapse_id=f"conflict-{conflict_id}",
        )
    ]


RULES = (
    Rule(
        name=ConflictRecorded.topic,
        topics=(ConflictRecorded.topic,),
        wishes=_conflict_recorded,
    ),
)
