"""Checksums are read strictly and counted as they come."""

import pytest

from apps.files.checksums import checksum_in
from apps.kernel.errors import Invalid


@pytest.mark.parametrize(
    "header",
    [
        "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
        "sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
        "md5 kAFQmDzST7DWlj99KOF/cg==",
        "crc32 NSRBwg==",
    ],
)
def test_checksum_of_abc_is_met_by_abc_alone(header: str) -> None:
    checksum = checksum_in(header)
    right, wrong = checksum.running(), checksum.running()
    for block in (b"a", b"bc"):
        right.update(block)
    wrong.update(b"ab")

    assert checksum.is_met_by(right)
    assert not checksum.is_met_by(wrong)


@pytest.mark.parametrize("header", ["", "sha512 YQ==", "sha1", "sha1 !", "md5 YQ==", "SHA1 YQ=="])
def test_checksum_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(Invalid):
        checksum_in(header)
