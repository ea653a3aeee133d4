"""Cursors open only where they were sealed, and only unchanged."""

import pytest

from apps.api.cursors import opened, sealed
from apps.api.errors import TamperedCursor


def test_a_cursor_opens_where_it_was_sealed() -> None:
    cursor = sealed(["2026-11-21", "7"], scope="list")

    assert opened(cursor, scope="list") == ["2026-11-21", "7"]


def test_a_cursor_opens_nowhere_else() -> None:
    with pytest.raises(TamperedCursor):
        opened(sealed(["7"], scope="list"), scope="other")


def test_no_character_of_a_cursor_may_change() -> None:
    cursor = sealed(["7"], scope="list")

    for index, character in enumerate(cursor):
        changed = cursor[:index] + ("A" if character != "A" else "B") + cursor[index + 1 :]
        with pytest.raises(TamperedCursor):
            opened(changed, scope="list")


@pytest.mark.parametrize("cursor", ["", ".", "abc", "a.b", "é.é", "\x00", "x" * 100_000])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(TamperedCursor):
        opened(cursor, scope="list")
