"""Reading what is served, in steps: no more than one of them is in memory."""

import os
import tracemalloc

import pytest

from apps.files.errors import StorageUnavailable
from apps.files.selectors import servable
from apps.files.services.reading import read_content
from tests.apps.files.stored import stored_file
from tests.factories.files import FileFactory

pytestmark = pytest.mark.django_db


def test_bytes_are_read_whole_and_in_part() -> None:
    content = servable(stored_file(b"0123456789").public_id)

    assert b"".join(read_content(content)) == b"0123456789"
    assert b"".join(read_content(content, 3)) == b"3456789"
    assert b"".join(read_content(content, 3, 5)) == b"34"


def test_an_empty_file_has_no_bytes() -> None:
    assert b"".join(read_content(servable(stored_file(b"").public_id))) == b""


def test_what_is_gone_from_the_storage_fails_before_anything_is_given() -> None:
    content = servable(FileFactory.create().public_id)

    with pytest.raises(StorageUnavailable):
        read_content(content)


def test_memory_does_not_grow_with_the_file() -> None:
    whole = os.urandom(16 * 1024 * 1024)
    content = servable(stored_file(whole).public_id)
    tracemalloc.start()
    read = sum(len(step) for step in read_content(content))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == len(whole)
    assert peak < 4 * 1024 * 1024
