"""A folder of files of their own, what the log says of files, and a scope with members."""

from collections.abc import Collection, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.events.ports import audiences
from apps.events.selectors import latest_events
from apps.events.types import LoggedEvent
from apps.files.ports import scanners
from apps.kernel.ids import new_id
from tests.apps.files.storages import servers
from tests.apps.files.stubborn import StubbornScanner


@pytest.fixture(autouse=True)
def files_root(tmp_path: Path, settings: Settings) -> Path:
    """A folder of files that nobody else uses."""
    settings.FILES_STORAGE = "local"
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """Where moto listens."""
    with servers.moto() as url:
        yield url


@pytest.fixture(scope="session")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where rclone listens."""
    with servers.rclone(tmp_path_factory.mktemp("rclone")) as url:
        yield url


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where azurite listens."""
    with servers.azurite(tmp_path_factory.mktemp("azurite")) as url:
        yield url


class Club:
    """A scope whose members come and go."""

    name = "club"

    def __init__(self) -> None:
        self.id = new_id()
        self.members: set[int] = set()

    @property
    def scope(self) -> str:
        """What files of it have as their scope."""
        return f"{self.name}:{self.id}"

    def listeners(self, scope_id: UUID, user_ids: Collection[int]) -> Collection[int]:
        """Return its members among these."""
        return self.members & set(user_ids) if scope_id == self.id else ()


@pytest.fixture
def club(monkeypatch: pytest.MonkeyPatch, teammate: User) -> Club:
    """A scope that the teammate belongs to."""
    club = Club()
    club.members.add(teammate.pk)
    monkeypatch.setitem(audiences._entries, Club.name, club)
    return club


def told_of(file_id: UUID) -> list[LoggedEvent]:
    """What the log says of a file, oldest first."""
    told = latest_events(limit=200, topic_prefix="files.file.")
    return [event for event in told if event.payload["file_id"] == str(file_id)]


@pytest.fixture
def stubborn(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> StubbornScanner:
    """A scanner that does what the test says, in use alone."""
    scanner = StubbornScanner()
    monkeypatch.setitem(scanners._entries, scanner.name, scanner)
    settings.FILES_SCANNERS = (scanner.name,)
    return scanner
