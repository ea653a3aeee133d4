"""Tags are of letters that no CDN misreads."""

import pytest

from apps.cdn.errors import UnusableTag
from apps.cdn.tags import usable_tags


def test_each_tag_stands_once_and_in_order() -> None:
    assert usable_tags(["b", "a", "b"]) == ["b", "a"]


@pytest.mark.parametrize("tag", ["A", "a b", "a,b", "", "-a", "a\n"])
def test_tag_that_could_be_misread_is_refused(tag: str) -> None:
    with pytest.raises(UnusableTag):
        usable_tags([tag])
