"""The timeline merges sections by key and pages over every entry once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from apps.console.ports import PersonSection
from apps.console.timeline import page_of
from apps.console.types import Entry, Person
from apps.kernel.clock import now
from apps.kernel.ids import new_id

PERSON = Person(id=1, public_id=new_id())


@dataclass(frozen=True)
class Memory:
    """Entries with these keys, told as a section must tell them."""

    keys: Sequence[int]

    def entries(self, _: Person, before: UUID | None, limit: int) -> Sequence[Entry]:
        below = [key for key in self.keys if before is None or UUID(int=key) < before]
        newest = sorted(below, reverse=True)[:limit]
        return [Entry(key=UUID(int=key), at=now(), title=str(key)) for key in newest]


@given(
    keys=st.sets(st.integers(0, 2**128 - 1), max_size=60),
    owners=st.lists(st.integers(0, 2), min_size=60, max_size=60),
    size=st.integers(1, 7),
)
def test_pages_show_every_entry_once_newest_first(
    keys: set[int], owners: list[int], size: int
) -> None:
    owned = list(zip(sorted(keys), owners, strict=False))
    sections = [
        PersonSection(
            name=f"section {number}",
            title="",
            permission="",
            entries=Memory([key for key, owner in owned if owner == number]).entries,
        )
        for number in range(3)
    ]
    seen: list[UUID] = []
    before: UUID | None = None

    while True:
        page = page_of(PERSON, sections, before=before, size=size)
        seen += [moment.entry.key for moment in page.moments]
        before = page.next_key
        if before is None:
            break

    assert [key.int for key in seen] == sorted(keys, reverse=True)
