"""A person as the operator's page about them shows their devices and conflicts."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from apps.console.ports import PersonAction, PersonSection
from apps.console.selectors import target_of
from apps.console.types import MOST_ROWS, Entry, Fact, Order, Person, Tone
from apps.sync import services
from apps.sync.models import SyncConflict, SyncState
from apps.sync.selectors import conflicts_of
from apps.sync.types import ConflictState, Resolution

_TONES = {
    ConflictState.OPEN: Tone.WARN,
    ConflictState.RESOLVED: Tone.GOOD,
    ConflictState.DECIDED: Tone.CALM,
}


def _facts(person: Person) -> Sequence[Fact]:
    open_ones = conflicts_of(person.id).filter(settled=ConflictState.OPEN).count()
    if not open_ones:
        return ()
    return [Fact(label="Open conflicts", text=str(open_ones), tone=Tone.WARN)]


def _devices(person: Person) -> Sequence[Entry]:
    states = SyncState.objects.filter(user_id=person.id).order_by("-id")[:MOST_ROWS]
    return [_device(state) for state in states]


def _device(state: SyncState) -> Entry:
    at = state.last_pull_at or state.created_at
    pending = f"{state.pending_operations} pending" if state.pending_operations else ""
    parts = (f"schema {state.schema_version}", state.app_version, pending)
    return Entry(
        key=state.public_id,
        at=at,
        title=f"{state.installation_id}: {'pulled' if state.last_pull_at else 'never pulled'}",
        detail=" · ".join(filter(None, parts)),
        icon="sync",
        tone=Tone.WARN if state.pending_operations else Tone.GOOD,
        url=reverse("admin:sync_syncstate_change", args=[state.pk]),
    )


def _conflicts(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    conflicts = conflicts_of(person.id).order_by("-public_id")
    if before is not None:
        conflicts = conflicts.filter(public_id__lt=before)
    return [_conflict(each) for each in conflicts[:limit]]


def _conflict(conflict: SyncConflict) -> Entry:
    return Entry(
        key=conflict.public_id,
        at=conflict.created_at,
        title=f"Conflict over {conflict}: {conflict.get_settled_display().lower()}",
        detail=conflict.get_kind_display(),
        icon="difference",
        tone=_TONES[ConflictState(conflict.settled)],
        url=reverse("admin:sync_syncconflict_change", args=[conflict.pk]),
        actions=("take_mine", "take_theirs") if conflict.settled == ConflictState.OPEN else (),
    )


def _take_mine(order: Order) -> None:
    _resolve(order, Resolution.MINE)


def _take_theirs(order: Order) -> None:
    _resolve(order, Resolution.THEIRS)


def _resolve(order: Order, resolution: Resolution) -> None:
    conflict_id = target_of(order, among=conflicts_of(order.person.id))
    services.resolve_conflict(conflict_id, resolver_id=order.by, resolution=resolution)


SECTION = PersonSection(
    name="sync",
    title="Sync",
    permission="sync.view_syncstate",
    place=65,
    facts=_facts,
    rows=_devices,
    entries=_conflicts,
    actions=(
        PersonAction(
            name="take_mine",
            label="Take the device's version",
            confirmation="What this person did offline is written as if they did it now, over what "
            "others have changed since. All devices pull it.",
            done="The device's version is written.",
            permission="sync.change_syncconflict",
            run=_take_mine,
            is_dangerous=True,
        ),
        PersonAction(
            name="take_theirs",
            label="Take the server's version",
            confirmation="What is on the server stays, and what this person did offline is not "
            "written. It stays in the conflict, to be looked up.",
            done="The server's version stays.",
            permission="sync.change_syncconflict",
            run=_take_theirs,
        ),
    ),
    told_topics=("sync.conflict.recorded",),
)
