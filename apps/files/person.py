"""A person as the operator's page about them shows their files: room, files, and deleting one."""

from collections.abc import Sequence
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from apps.console.ports import PersonAction, PersonSection
from apps.console.selectors import target_of
from apps.console.types import Entry, Fact, Order, Person, Tone
from apps.files import services
from apps.files.models import File
from apps.files.selectors import files_of, usage_of
from apps.files.services.quotas import limit_of, tier_of
from apps.files.types import FileState

_TONES = {
    FileState.PENDING: Tone.WARN,
    FileState.CLEAN: Tone.GOOD,
    FileState.INFECTED: Tone.BAD,
    FileState.REFUSED: Tone.CALM,
    FileState.ERROR: Tone.BAD,
}


def _facts(person: Person) -> Sequence[Fact]:
    usage = usage_of(user_id=person.id)
    room = limit_of(usage)
    is_full = usage.used_bytes > 0.9 * room
    return [
        Fact(
            label="Room",
            text=f"{filesizeformat(usage.used_bytes)} of {filesizeformat(room)}",
            tone=Tone.WARN if is_full else Tone.PLAIN,
        ),
        Fact(label="Tier of files", text=tier_of(usage)),
    ]


def _entries(person: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
    newest = files_of(user_id=person.id).order_by("-public_id")
    if before is not None:
        newest = newest.filter(public_id__lt=before)
    return [_file(file) for file in newest[:limit]]


def _file(file: File) -> Entry:
    state = FileState(file.state)
    parts = (file.purpose, filesizeformat(file.size_bytes), file.reason)
    return Entry(
        key=file.public_id,
        at=file.created_at,
        title=f"{file.name}: {state.label.lower()}",
        detail=" · ".join(filter(None, parts)),
        icon="draft",
        tone=_TONES[state],
        url=reverse("admin:files_file_change", args=[file.pk]),
        actions=("delete",),
    )


def _delete(order: Order) -> None:
    file_id = target_of(order, among=files_of(user_id=order.person.id))
    services.delete_file(file_id, cause="operator")


SECTION = PersonSection(
    name="files",
    title="Files",
    permission="files.view_file",
    place=55,
    facts=_facts,
    entries=_entries,
    actions=(
        PersonAction(
            name="delete",
            label="Delete",
            confirmation="It is gone for all who could read it, with everything made of it.",
            done="It is deleted.",
            permission="files.delete_file",
            run=_delete,
            is_dangerous=True,
        ),
    ),
)
