"""Files on the start page: what is stored, in which states, and how much comes in."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.console.selectors import window_of
from apps.files import stored_overview
from apps.files.types import FileState
from apps.kernel.clock import now
from tests.factories.files import FileFactory, PendingFileFactory, UploadFactory

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def measured() -> dict[str, float]:
    told = stored_overview.measured_files(now() - MINUTE, now() + MINUTE)
    return {each.series: each.value for each in told}


def sample(**values: float) -> None:
    with connection.cursor() as cursor:
        for series, value in values.items():
            cursor.execute(
                "INSERT INTO console_sample (series, at, value) VALUES (%s, %s, %s)",
                [f"files.{series.replace('__', '.')}", window_of("1h").until, value],
            )


def test_bytes_are_measured_by_purpose_and_files_by_state() -> None:
    FileFactory.create(purpose="image", blob__size_bytes=300)
    FileFactory.create(purpose="image", blob__size_bytes=30)
    FileFactory.create(purpose="document", blob__size_bytes=5)
    PendingFileFactory.create(purpose="document", size_bytes=1000, state=FileState.INFECTED)

    told = measured()

    assert (told["files.bytes.image"], told["files.bytes.document"]) == (330, 5)
    assert told["files.bytes.avatar"] == 0
    assert (told["files.count.clean"], told["files.count.infected"]) == (3, 1)


def test_files_are_added_up_once_a_minute() -> None:
    measured()
    FileFactory.create()

    assert measured()["files.count.clean"] == 0


def test_uploads_are_counted_by_the_way_they_come() -> None:
    UploadFactory.create()
    UploadFactory.create(transport="form")

    told = measured()

    assert (told["files.uploads.tus"], told["files.uploads.form"]) == (1, 1)
    assert told["files.uploads.direct"] == 0


def test_time_of_which_nothing_is_known_says_so() -> None:
    for read in (
        stored_overview.storage_reading,
        stored_overview.states_reading,
        stored_overview.uploads_reading,
    ):
        reading = read(window_of("1h"))
        assert reading.missing
        assert not reading.series


def test_readings_tell_what_was_sampled() -> None:
    sample(bytes__image=5 * 1024**2, count__clean=1200, count__infected=3, uploads__tus=60)
    window = window_of("1h")

    (stored,) = stored_overview.storage_reading(window).figures
    states = {each.label: each.text for each in stored_overview.states_reading(window).figures}
    by_transport = {each.label: each for each in stored_overview.uploads_reading(window).series}

    assert stored.text == "5.0\xa0MB"
    assert states == {"Clean": "1,200", "Infected": "3"}
    minutes = window.step.total_seconds() / 60
    assert by_transport["tus"].points[-1] == 60 / minutes
