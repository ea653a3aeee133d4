"""The web process gives the same pictures."""

import pytest
from django.test import Client

from tests.apps.media.samples import ask, file_path, own_file, remote_path
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db


def test_picture_comes_from_the_web_process_too(client: Client) -> None:
    path = file_path(own_file(), width=100, format="png")

    found = client.get(path)

    assert (found.status_code, found.content) == (200, ask(path).body)
    assert found.headers["ETag"] == ask(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": found.headers["ETag"]}).status_code == 304


@pytest.mark.usefixtures("listed")
def test_public_picture_is_public_there_too(client: Client, remote: HostileServer) -> None:
    found = client.get(remote_path(remote, width=100))

    assert found.headers["Cache-Control"].startswith("public")
    assert not found.cookies


def test_problems_are_problems_there_too(client: Client) -> None:
    found = client.get("/media/v1/files/019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d?width=100")

    assert found.status_code == 403
    assert found.headers["Content-Type"] == "application/problem+json"
    assert client.post("/media/v1/remote").status_code == 405
