"""What buildings plugs into others: who hears of a building, and what they are told of it."""

from collections.abc import Collection
from uuid import UUID

from apps.buildings.events import BuildingDeleted, MemberRemoved
from apps.buildings.notification_rules import RULES
from apps.buildings.notification_texts import CATEGORIES, TEMPLATES
from apps.buildings.person import SECTION
from apps.buildings.scopes import KIND
from apps.buildings.selectors import members_among
from apps.buildings.synced_tables import SYNCED_TABLES
from apps.console.ports import person_sections
from apps.events.ports import audiences
from apps.notifications.ports import categories, rules, templates
from apps.realtime.ports import Room, rooms
from apps.sync.ports import tables


class BuildingAudience:
    """Every member hears all that happens in the building, in whatever role."""

    name = KIND

    def listeners(self, scope_id: UUID, user_ids: Collection[int]) -> Collection[int]:
        """Return which of the users are members now."""
        return members_among(building_id=scope_id, user_ids=user_ids)


audiences.register(BuildingAudience())
rooms.register(
    Room(
        name=KIND,
        revoking_topics=(MemberRemoved.topic, BuildingDeleted.topic),
    )
)
person_sections.register(SECTION)
for category in CATEGORIES:
    categories.register(category)
for template in TEMPLATES:
    templates.register(template)
for rule in RULES:
    rules.register(rule)
for table in SYNCED_TABLES:
    tables.register(table)
