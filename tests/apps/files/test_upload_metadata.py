"""Upload-Metadata is hostile until it was read."""

import base64

import pytest

from apps.files.types import Intent
from apps.files.upload_metadata import intent_in
from apps.kernel.errors import Invalid
from tests.apps.files.tus_clients import metadata


def test_keys_of_all_clients_are_understood() -> None:
    told = metadata(filename="a.txt", filetype="text/plain", purpose="avatar", scope="club:1")

    assert intent_in(told) == Intent(name="a.txt", purpose="avatar", scope="club:1", metadata=told)
    assert intent_in(metadata(name="b.txt")).name == "b.txt"
    assert intent_in("is_confidential, name Yi50eHQ=").name == "b.txt"


@pytest.mark.parametrize("header", ["", " "])
def test_nothing_says_nothing(header: str) -> None:
    assert intent_in(header) == Intent()


@pytest.mark.parametrize(
    "header",
    [
        "a YQ==,a YQ==",
        ",",
        "a YQ==,",
        "a !!",
        "a YQ== YQ==",
        "é YQ==",
        "name " + base64.b64encode(b"\xff").decode(),
        metadata(filename="../a"),
        metadata(purpose="a" * 41),
        metadata(scope="a\x00"),
        "a " + "A" * 9000,
    ],
)
def test_hostile_metadata_is_refused(header: str) -> None:
    with pytest.raises(Invalid):
        intent_in(header)
