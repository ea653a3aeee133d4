"""Names of objects follow from ids and hashes, and nothing else is taken for one."""

from uuid import UUID

import pytest

from apps.files.names import (
    checked_name,
    content_name,
    incoming_name,
    part_name,
    quarantine_name,
    rendition_name,
    renditions_prefix,
    upload_prefix,
)

SHA256 = "ab" * 32
UPLOAD = UUID(int=7)


@pytest.mark.parametrize(
    "name",
    [
        part_name(UPLOAD, 12, 3),
        incoming_name(UPLOAD),
        content_name(SHA256),
        rendition_name(SHA256, "300", "webp"),
        quarantine_name(SHA256),
    ],
)
def test_every_name_that_is_made_here_is_one(name: str) -> None:
    assert checked_name(name) == name
    # As long as the tables have room for.
    assert len(name) <= 100


@pytest.mark.parametrize(
    "name",
    [
        *("", "/", "a/", "/a", "a//b", ".", "..", "a/..", "../a", "a/../b", ".a", "a/.b"),
        *("A", "a b", "a\\b", "a\nb", "a\x00", "a?b", "a%2fb", "a#b", "-a", "ä", "a\n"),
    ],
)
def test_nothing_else_is(name: str) -> None:
    with pytest.raises(ValueError, match="called"):
        checked_name(name)


def test_names_of_an_upload_and_of_renditions_begin_alike() -> None:
    assert part_name(UPLOAD, 1, 1).startswith(upload_prefix(UPLOAD))
    assert incoming_name(UPLOAD).startswith(upload_prefix(UPLOAD))
    assert rendition_name(SHA256, "150", "jpeg").startswith(renditions_prefix(SHA256))
