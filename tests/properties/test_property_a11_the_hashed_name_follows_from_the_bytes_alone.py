"""A11: the name of stored bytes is a function of these bytes, and of nothing that is said of them.

Planted: a name that also followed from the owner, and a hash of the first 40 bytes alone; both
were found.
"""

import hashlib
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.files.models import File
from apps.files.names import checked_name, content_name
from apps.files.services import check_due
from apps.files.types import FileState
from tests.apps.files.bringing import again, brought, bytes_of

pytestmark = pytest.mark.django_db

SLOW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
# Clean for every scanner, and text for libmagic.
contents = st.builds(
    lambda times, text: f"{'These are notes. ' * times}{text}\n".encode(),
    st.integers(1, 100),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1),
)
names = st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), max_size=30)
parts = st.integers(1, 6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files lie."""
    return tmp_path / "files"


def checked(owner: User, content: bytes, name: str, number_of_parts: int) -> File:
    """Bring a file, and have it looked through."""
    file = brought(owner, content, name=f"notes {name}.txt", parts=number_of_parts)
    check_due()
    file = again(file)
    assert file.state == FileState.CLEAN, file.reason
    return file


@SLOW
@given(content=contents, one=names, other=names, few=parts, many=parts)
def test_property_a11_same_bytes_have_one_name_whoever_brings_them_and_however(
    *,
    folder: Path,
    owner: User,
    teammate: User,
    content: bytes,
    one: str,
    other: str,
    few: int,
    many: int,
) -> None:
    with override_settings(FILES_STORAGE="local", FILES_ROOT=folder):
        first = checked(owner, content, one, few)
        second = checked(teammate, content, other, many)

        assert first.blob == second.blob
        assert first.blob is not None
        assert first.blob.object_name == content_name(hashlib.sha256(content).hexdigest())
        assert bytes_of(first.blob.object_name) == content


@SLOW
@given(content=contents, other=contents, name=names)
def test_property_a11_other_bytes_have_another_name_whatever_else_is_the_same(
    folder: Path, owner: User, content: bytes, other: bytes, name: str
) -> None:
    with override_settings(FILES_STORAGE="local", FILES_ROOT=folder):
        first, second = checked(owner, content, name, 1), checked(owner, other, name, 1)

        assert first.blob is not None
        assert second.blob is not None
        is_same = first.blob.object_name == second.blob.object_name
        assert is_same == (content == other)


@given(content=st.binary())
def test_property_a11_nothing_in_a_name_is_more_than_letters_and_figures(content: bytes) -> None:
    sha256 = hashlib.sha256(content).hexdigest()

    name = checked_name(content_name(sha256))

    assert name == f"content/{sha256[:2]}/{sha256}"
