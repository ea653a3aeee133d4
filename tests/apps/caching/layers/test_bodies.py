"""Large bytes lie apart, under a name that tells them from all others."""

from pathlib import Path

import pytest

from apps.caching.entries import CorruptEntry, Form
from apps.caching.layers.bodies import APART_FROM_BYTES, body_of, is_large, joined, parted
from tests.apps.caching.samples import entry


def test_only_large_bytes_lie_apart() -> None:
    large = b"x" * APART_FROM_BYTES

    assert is_large(entry(body=large))
    assert not is_large(entry(body=large[1:]))
    assert not is_large(entry(body=large, form=Form.JSON))


def test_parted_entry_is_joined_again_with_its_own_bytes_only() -> None:
    whole = entry(body=b"x" * 5000)
    head, body = parted(whole)

    assert body_of(head) == body
    assert joined(head, body, whole.body) == whole
    assert body.beside(Path("a/b")).name == f"b.{body.digest}"
    with pytest.raises(CorruptEntry):
        joined(head, body, b"y" * 5000)


def test_entry_that_names_nothing_readable_is_corrupt() -> None:
    assert body_of(entry()) is None
    with pytest.raises(CorruptEntry):
        body_of(entry(form=Form.APART, body=b"[]"))
