"""Workers that are killed while they look through files, or do so side by side, do no harm."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import User
from apps.files.models import File, Usage
from apps.files.names import INCOMING, content_name, quarantine_name
from apps.files.services import check_due, checking, settling
from apps.files.services.claiming import Lease
from apps.files.storages.local import LocalStorage
from apps.files.types import FileState
from apps.kernel.clock import now
from tests.apps.files.bringing import again, brought, stored
from tests.apps.files.conftest import told_of
from tests.apps.files.samples import EICAR, text
from tests.processes import OtherProcess, python_on_the_same_database

pytestmark = pytest.mark.django_db(transaction=True)

# More than one look at a file takes.
_MANY = 60
_CHANGES = (
    (LocalStorage, "compose"),
    (LocalStorage, "delete"),
    (LocalStorage, "size"),
    (Lease, "write"),
    (checking, "judged"),
    (settling, "announce"),
    (settling, "_held_blob"),
    (settling, "_remove_incoming"),
)


class Killed(BaseException):
    """What happens to a worker; nothing in the code may take it for an error."""


def _die_before(step_number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process's next look at a file end before it changes something for the n-th time."""
    left = [step_number]

    def counted(step: Callable[..., Any]) -> Callable[..., Any]:
        def taken(*args: Any, **named: Any) -> Any:
            if not left[0]:
                raise Killed
            left[0] -= 1
            return step(*args, **named)

        return taken

    for where, name in _CHANGES:
        monkeypatch.setattr(where, name, counted(getattr(where, name)))


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("is_infected", [False, True])
def test_worker_that_dies_before_any_step_leaves_it_to_the_next(
    owner: User, monkeypatch: pytest.MonkeyPatch, parts: int, is_infected: bool
) -> None:
    for step_number in range(_MANY):
        content = text(3000, with_at={0: b"%4d" % step_number})
        content += EICAR if is_infected else b""
        file = brought(owner, content, parts=parts)
        with monkeypatch.context() as patch:
            _die_before(step_number, patch)
            try:
                check_due()
                has_died = False
            except Killed:
                has_died = True
        again(file)
        check_due()
        _is_settled(file, content, is_infected=is_infected)
        if not has_died:
            break
    assert 5 < step_number < _MANY - 1


def _is_settled(file: File, content: bytes, *, is_infected: bool) -> None:
    """Hold that a file came to its one right end, whatever happened on the way."""
    file = again(file)
    sha256 = hashlib.sha256(content).hexdigest()
    wanted, place = (
        (FileState.INFECTED, quarantine_name(sha256))
        if is_infected
        else (FileState.CLEAN, content_name(sha256))
    )
    assert file.state == wanted
    assert file.blob is not None
    assert file.blob.object_name == place
    assert place in stored()
    assert len(told_of(file.public_id)) == 1
    used = Usage.objects.get(user=file.owner).used_bytes
    assert used == (0 if is_infected else sum(File.objects.values_list("size_bytes", flat=True)))


def _worker(monkeypatch: pytest.MonkeyPatch, files_root: Path, *, scan: str = "") -> OtherProcess:
    monkeypatch.setenv("FILES_ROOT", str(files_root))
    return python_on_the_same_database(
        f"""
from apps.files import scanning
from apps.files.scanners.embedded import EmbeddedScanner
{scan}
from apps.files.services import check_due
input()
say(check_due(seconds=600))
"""
    )


_HANG = """
import time
def hang(self, content, *, size_bytes):
    next(content)
    say("reading")
    time.sleep(3600)
EmbeddedScanner.scan = hang
"""


def test_worker_killed_while_it_reads_costs_nothing(
    owner: User, monkeypatch: pytest.MonkeyPatch, files_root: Path
) -> None:
    content = text(600_000)
    file = brought(owner, content, parts=2)
    worker = _worker(monkeypatch, files_root, scan=_HANG)
    worker.tell("go")
    assert worker.line() == "reading"

    worker.kill()

    assert check_due() == 0, "Its lease still runs."
    File.objects.update(due_at=now())
    assert check_due() == 1
    _is_settled(file, content, is_infected=False)
    assert not {name for name in stored(INCOMING) if str(file.public_id) in name}


def test_two_workers_look_through_each_file_once(
    owner: User, monkeypatch: pytest.MonkeyPatch, files_root: Path
) -> None:
    files = [brought(owner, text(2000 + number)) for number in range(12)]
    workers = [_worker(monkeypatch, files_root) for _ in range(2)]
    for worker in workers:
        worker.tell("go")

    assert sum(int(worker.line()) for worker in workers) == len(files)
    assert {again(file).state for file in files} == {FileState.CLEAN}
    assert all(len(told_of(file.public_id)) == 1 for file in files)
    assert set(File.objects.values_list("failures", flat=True)) == {1}


def test_two_workers_at_the_same_bytes_keep_them_once(
    owner: User, monkeypatch: pytest.MonkeyPatch, files_root: Path
) -> None:
    content = text(300_000)
    files = [brought(owner, content) for _ in range(8)]
    workers = [_worker(monkeypatch, files_root) for _ in range(2)]
    for worker in workers:
        worker.tell("go")

    assert sum(int(worker.line()) for worker in workers) == len(files)
    assert {again(file).state for file in files} == {FileState.CLEAN}
    assert stored() == {content_name(hashlib.sha256(content).hexdigest())}
