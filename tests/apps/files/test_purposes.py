"""What a purpose allows before a byte is here."""

import pytest
from pytest_django import Settings

from apps.files.errors import TooLarge, TypeNotAllowed, UnknownPurpose
from apps.files.purposes import (
    known_purpose,
    largest_limit,
    refuse_by_name,
    refuse_by_size,
    refuse_by_type,
)
from tests.apps.files.tus_clients import PARCEL


def test_purpose_that_nobody_names_is_the_default(settings: Settings) -> None:
    settings.FILES_DEFAULT_PURPOSE = "avatar"

    assert known_purpose("").name == "avatar"
    with pytest.raises(UnknownPurpose):
        known_purpose("nothing")


def test_largest_limit_is_that_of_the_purpose_that_takes_most() -> None:
    assert largest_limit() >= known_purpose("archive").limit_bytes


def test_what_the_purpose_does_not_allow_is_refused() -> None:
    refuse_by_name(PARCEL, "a.TXT")
    refuse_by_size(PARCEL, PARCEL.limit_bytes)

    with pytest.raises(TypeNotAllowed):
        refuse_by_name(PARCEL, "a")
    with pytest.raises(TooLarge):
        refuse_by_size(PARCEL, PARCEL.limit_bytes + 1)
    with pytest.raises(TypeNotAllowed):
        refuse_by_type(PARCEL, "a.txt", "application/octet-stream")


def test_nameless_file_is_named_by_its_type() -> None:
    assert refuse_by_type(PARCEL, "", "text/plain") == "file.txt"
    with pytest.raises(TypeNotAllowed):
        refuse_by_type(PARCEL, "", "application/pdf")
