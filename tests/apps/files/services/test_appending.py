"""Appending keeps what came, and nothing of who was overtaken or let down by a storage."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.files import part_writers
from apps.files.bodies import Body
from apps.files.errors import (
    StorageUnavailable,
    TooLarge,
    TooManyParts,
    TypeNotAllowed,
    UploadLocked,
)
from apps.files.models import File, Upload
from apps.files.ports import purposes
from apps.files.services import appending
from apps.files.storages.local import LocalStorage
from apps.files.types import Intent
from tests.apps.files.conftest import Club
from tests.apps.files.tus_clients import PARCEL, bytes_of

pytestmark = pytest.mark.django_db

LINES = b"".join(b"line %06d\n" % number for number in range(2000))
# Fewer bytes than are looked at before the end.
PROGRAM = b"\x7fELF\x02\x01\x01" + b"\x00" * 3000


class Script:
    """A sender whose every block comes with something that happens."""

    def __init__(self, *steps: bytes | Callable[[], object]) -> None:
        self._steps: Iterator[bytes | Callable[[], object]] = iter(steps)

    def read(self, _: int = -1, /) -> bytes:
        """Return the next block, once all before it has happened."""
        for step in self._steps:
            if isinstance(step, bytes):
                return step
            step()
        return b""


@pytest.fixture(autouse=True)
def parcels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(purposes._entries, PARCEL.name, PARCEL)
    # Whatever is here is recorded with the next block.
    monkeypatch.setattr(appending, "BEAT_SECONDS", 0.0)


def _begun(owner: User, *, scope: str = "", size_bytes: int = len(LINES)) -> Upload:
    from apps.files.services import create_upload

    intent = Intent(name="a.txt", purpose="parcel", scope=scope)
    return create_upload(owner_id=owner.pk, intent=intent, length_bytes=size_bytes)


def _append(upload: Upload, source: Script, *, at: int = 0) -> Upload:
    return appending.append(upload, Body(source, length_bytes=None), offset_bytes=at)


def _objects_in(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_who_is_overtaken_writes_no_byte_twice(owner: User) -> None:
    upload = _begun(owner)

    def overtake() -> None:
        Upload.objects.update(heard_at=Now() - timedelta(seconds=2))
        rest = Script(LINES[8000:])
        _append(upload, rest, at=Upload.objects.get().offset_bytes)

    with pytest.raises(UploadLocked):
        _append(upload, Script(LINES[:8000], overtake, LINES[8000:]))

    assert bytes_of(Upload.objects.get()) == LINES
    assert File.objects.count() == 1


def test_storage_that_fails_leaves_what_was_recorded(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = _begun(owner)

    def fail(*_: object, **__: object) -> None:
        raise StorageUnavailable

    def break_down() -> None:
        monkeypatch.setattr(LocalStorage, "append", fail)

    with pytest.raises(StorageUnavailable):
        _append(upload, Script(LINES[:8000], break_down, LINES[8000:]))
    monkeypatch.undo()
    monkeypatch.setitem(purposes._entries, PARCEL.name, PARCEL)

    upload.refresh_from_db()
    assert (upload.offset_bytes, upload.heard_at) == (8000, None)
    _append(upload, Script(LINES[8000:]), at=8000)
    assert bytes_of(upload) == LINES


@pytest.mark.parametrize("blocks", [[PROGRAM], [PROGRAM[:1000], PROGRAM[1000:]]])
@pytest.mark.parametrize("beat_seconds", [0.0, 60.0])
def test_of_what_is_refused_by_its_type_nothing_is_left(
    blocks: list[bytes],
    beat_seconds: float,
    owner: User,
    files_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(appending, "BEAT_SECONDS", beat_seconds)
    upload = _begun(owner, size_bytes=len(PROGRAM))

    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(TypeNotAllowed),
    ):
        _append(upload, Script(*blocks))

    assert _objects_in(files_root) == []
    assert not Upload.objects.exists()


def test_of_more_than_was_said_nothing_is_left_that_no_row_knows(
    owner: User, files_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "BEAT_SECONDS", 60.0)
    upload = _begun(owner)

    with pytest.raises(TooLarge):
        _append(upload, Script(LINES[:5000], LINES))

    assert _objects_in(files_root) == []
    assert Upload.objects.get().offset_bytes == 0


def test_upload_of_too_many_parts_is_refused_and_one_more_try_at_the_last_is_not(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_writers, "MOST_PARTS", 2)
    upload, short = _begun(owner), _begun(owner, size_bytes=20)
    for at in (0, 10):
        _append(upload, Script(LINES[at : at + 10]), at=at)
        _append(short, Script(LINES[at : at + 10]), at=at)

    with pytest.raises(TooManyParts):
        _append(upload, Script(LINES[20:]), at=20)

    upload.refresh_from_db()
    assert (upload.offset_bytes, upload.heard_at, upload.parts.count()) == (20, None, 2)
    assert _append(short, Script(), at=20).state == "complete"


def test_progress_is_told_to_owner_and_scope_once_a_second(owner: User, club: Club) -> None:
    club.members.add(owner.pk)
    upload = _begun(owner, scope=club.scope)

    _append(upload, Script(*(LINES[place : place + 5000] for place in range(0, 20000, 5000))))

    (told,) = latest_events(limit=10, topic_prefix="files.upload.")
    assert told.audience == (f"user:{owner.public_id}", club.scope)
    assert told.payload["offset_bytes"] == 5000
    assert told.payload["length_bytes"] == len(LINES)
