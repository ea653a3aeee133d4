"""What buildings plugs into others: who hears of a building, and what they are told of it."""

from collections.abc import Collection
from uuid import UUID

from apps.buildings.events import BuildingDeleted, MemberRemoved
from apps.buildings.models import Building, Comment, MaintenanceRequest, Member, Unit
from apps.buildings.notification_rules import RULES
from apps.buildings.notification_texts import CATEGORIES, TEMPLATES
from apps.buildings.person import SECTION
from apps.buildings.scopes import KIND
from apps.buildings.selectors import members_among
from apps.console.ports import person_sections
from apps.events.ports import audiences
from apps.notifications.ports import categories, rules, templates
from apps.realtime.ports import Room, rooms
from apps.sync.ports import Column, SyncedTable, tables
from apps.sync.types import Kind


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

_BUILDING = Column(name="building_id", kind=Kind.REFERENCE, source="building", is_fixed=True)
_CREATED_AT = Column(name="created_at", kind=Kind.TIME, is_writable=False)
_UPDATED_AT = Column(name="updated_at", kind=Kind.TIME, is_writable=False)
_AUTHOR = (
    Column(name="author_id", source="author__public_id", is_writable=False),
    Column(name="author_name", source="author__name", is_writable=False),
)
SYNCED_TABLES = (
    SyncedTable(
        name="buildings",
        model=Building,
        columns=(Column(name="name"), Column(name="address"), _CREATED_AT, _UPDATED_AT),
    ),
    SyncedTable(
        name="units",
        model=Unit,
        rank=1,
        columns=(
            _BUILDING,
            Column(name="label"),
            Column(name="floor", kind=Kind.NUMBER, is_optional=True),
            Column(name="notes"),
            _CREATED_AT,
            _UPDATED_AT,
        ),
    ),
    SyncedTable(
        name="members",
        model=Member,
        rank=1,
        columns=(
            _BUILDING,
            Column(name="user_id", source="user__public_id", is_writable=False),
            Column(name="name", source="user__name", is_writable=False),
            Column(name="role", is_writable=False),
        ),
    ),
    SyncedTable(
        name="requests",
        model=MaintenanceRequest,
        rank=2,
        columns=(
            _BUILDING,
            Column(name="unit_id", kind=Kind.REFERENCE, source="unit", is_optional=True),
            Column(name="title"),
            Column(name="description"),
            Column(name="status"),
            Column(name="priority"),
            *_AUTHOR,
            _CREATED_AT,
            _UPDATED_AT,
        ),
    ),
    SyncedTable(
        name="comments",
        model=Comment,
        rank=3,
        columns=(
            Column(name="request_id", kind=Kind.REFERENCE, source="request", is_fixed=True),
            *_AUTHOR,
            Column(name="text", is_fixed=True),
            _CREATED_AT,
        ),
    ),
)
for table in SYNCED_TABLES:
    tables.register(table)
