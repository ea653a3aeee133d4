"""The tags under which caches and CDNs keep what was made of files."""

from uuid import UUID

from apps.cdn.tags import usable_tags
from apps.files.tags import tag_of


def test_a_tag_is_one_that_every_cdn_takes() -> None:
    tag = tag_of(UUID("019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d"))

    assert tag == "file-019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d"
    assert usable_tags([tag]) == [tag]
