"""Purges and their sender read well."""

from apps.cdn.models import Purge, Sender


def test_purge_is_named_by_its_first_subjects() -> None:
    assert str(Purge(target="tags", subjects=["a", "b", "c", "d"])) == "tags a, b, c"
    assert str(Purge(target="everything")) == "everything"
    assert str(Sender()) == "sender of purges"
