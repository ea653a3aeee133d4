"""A person as the operator's page about them shows where they belong."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from apps.buildings.models import Member
from apps.console.ports import PersonSection
from apps.console.types import MOST_ROWS, Entry, Person


def _rows(person: Person) -> Sequence[Entry]:
    return [_entry(member, f"{member.building}") for member in _members(person)[:MOST_ROWS]]


def _entries(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    members = _members(person)
    if before is not None:
        members = members.filter(public_id__lt=before)
    return [
        _entry(member, f"Became {member.role} of {member.building}")
        for member in members.order_by("-public_id")[:limit]
    ]


def _members(person: Person) -> QuerySet[Member]:
    return Member.objects.filter(user_id=person.id).select_related("building")


def _entry(member: Member, title: str) -> Entry:
    return Entry(
        key=member.public_id,
        at=member.created_at,
        title=title,
        detail=f"{member.get_role_display()} · {member.building.address}",
        icon="apartment",
        url=reverse("admin:buildings_building_change", args=[member.building_id]),
    )


SECTION = PersonSection(
    name="buildings",
    title="Buildings",
    permission="buildings.view_member",
    place=60,
    rows=_rows,
    entries=_entries,
    told_topics=("buildings.member.joined",),
)
