"""Signed URLs are given to those who may read the file."""

from urllib.parse import urlsplit

import pytest

from apps.accounts.models import User
from tests.apps.media.samples import ask, own_file
from tests.people import client_of

pytestmark = pytest.mark.django_db


def test_owner_is_given_a_url_that_works(owner: User) -> None:
    file = own_file(owner=owner)

    answer = client_of(owner).post(
        f"/api/v1/media/files/{file.public_id}/urls/", {"width": 100, "format": "png"}
    )

    assert answer.status_code == 201
    url = urlsplit(answer.json()["url"])
    assert ask(f"{url.path}?{url.query}").headers["Content-Type"] == "image/png"


def test_colour_that_is_none_is_named(owner: User) -> None:
    file = own_file(owner=owner)

    answer = client_of(owner).post(
        f"/api/v1/media/files/{file.public_id}/urls/", {"background": "red"}
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "background"


def test_stranger_finds_nothing(owner: User, stranger: User) -> None:
    file = own_file(owner=owner)

    answer = client_of(stranger).post(f"/api/v1/media/files/{file.public_id}/urls/", {})

    assert answer.status_code == 404
