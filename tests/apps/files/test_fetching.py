"""Bytes are fetched once, hashed and sniffed as they come, and nothing of them is left here."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings
from typing_extensions import override

from apps.files.errors import ObjectMissing
from apps.files.fetching import STEP_BYTES, LengthDiffers, fetched
from apps.files.storages.local import LocalStorage
from apps.files.types import Storage
from tests.apps.files.samples import PDF, text

NAME = "incoming/whole"
# More than two steps, and not a multiple of one.
LONG = text(2 * STEP_BYTES + 1000)


class FarDisk(LocalStorage):
    """A disk whose objects are fetched, as if it were another host's."""

    @override
    def local_path(self, name: str) -> Path | None:
        """Return None: it is elsewhere."""
        return None


@pytest.fixture(params=[LocalStorage, FarDisk], ids=["near", "far"])
def storage(request: pytest.FixtureRequest) -> Storage:
    """A storage on this host, and one that is not."""
    make: Callable[[], Storage] = request.param
    return make()


@pytest.fixture(autouse=True)
def spool(tmp_path: Path, settings: Settings) -> Path:
    """Where bytes from elsewhere go."""
    settings.FILES_SPOOL_DIR = tmp_path / "spool"
    return tmp_path / "spool"


def _do_nothing() -> None:
    """Let nobody know."""


def test_bytes_come_with_their_hash_and_their_type(storage: Storage) -> None:
    storage.put(NAME, io.BytesIO(PDF))

    with fetched(storage, NAME, size_bytes=len(PDF), beat=_do_nothing) as content:
        assert content.sha256 == hashlib.sha256(PDF).hexdigest()
        assert (content.size_bytes, content.content_type) == (len(PDF), "application/pdf")
        assert content.whole() == PDF


def test_each_reading_begins_anew(storage: Storage) -> None:
    storage.put(NAME, io.BytesIO(LONG))

    with fetched(storage, NAME, size_bytes=len(LONG), beat=_do_nothing) as content:
        steps = content.steps()
        next(steps)
        assert [len(step) for step in content.steps()] == [STEP_BYTES, STEP_BYTES, 1000]
        assert content.whole() == LONG


@pytest.mark.parametrize("announced", [0, len(LONG) - 1, len(LONG) + 1])
def test_other_than_so_many_bytes_are_not_taken(storage: Storage, announced: int) -> None:
    storage.put(NAME, io.BytesIO(LONG))

    with (
        pytest.raises(LengthDiffers),
        fetched(storage, NAME, size_bytes=announced, beat=_do_nothing),
    ):
        pytest.fail("They were taken.")


def test_absent_object_is_told(storage: Storage) -> None:
    with pytest.raises(ObjectMissing), fetched(storage, NAME, size_bytes=1, beat=_do_nothing):
        pytest.fail("It was found.")


def test_who_lost_the_file_reads_no_further(storage: Storage) -> None:
    class Lost(Exception):
        """It is somebody else's by now."""

    def lose() -> None:
        raise Lost

    storage.put(NAME, io.BytesIO(LONG))

    with pytest.raises(Lost), fetched(storage, NAME, size_bytes=len(LONG), beat=lose):
        pytest.fail("It was read.")


def test_others_see_that_somebody_is_at_it_at_each_step(storage: Storage) -> None:
    beats: list[str] = []
    storage.put(NAME, io.BytesIO(LONG))

    with fetched(storage, NAME, size_bytes=len(LONG), beat=lambda: beats.append("beat")) as content:
        before = len(beats)
        content.whole()

    assert before >= 3
    assert len(beats) == before + 3


def test_what_comes_from_elsewhere_has_no_name_that_a_killed_process_could_leave(
    spool: Path,
) -> None:
    storage = FarDisk()
    storage.put(NAME, io.BytesIO(LONG))

    with fetched(storage, NAME, size_bytes=len(LONG), beat=_do_nothing):
        assert list(spool.iterdir()) == []


def test_no_more_is_written_down_than_was_announced() -> None:
    beats: list[str] = []
    storage = FarDisk()
    storage.put(NAME, io.BytesIO(LONG))

    with (
        pytest.raises(LengthDiffers),
        fetched(storage, NAME, size_bytes=STEP_BYTES, beat=lambda: beats.append("beat")),
    ):
        pytest.fail("It was taken.")

    assert len(beats) == 2, "The second step was one too many."
