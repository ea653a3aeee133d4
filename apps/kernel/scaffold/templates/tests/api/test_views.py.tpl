"""${Words_plural} over HTTP."""

from apps.${app}.models import ${Resource}
from apps.accounts.models import User
from tests.factories.${app} import ${Resource}Factory
from tests.people import client_of

URL = "/api/v1/${app}/"


def test_owner_creates_and_lists(owner: User) -> None:
    created = client_of(owner).post(URL, {"name": "First"})

    assert created.status_code == 201
    assert client_of(owner).get(URL).json() == {"items": [created.json()], "next": None}


def test_owner_shows_renames_and_deletes(owner: User) -> None:
    client = client_of(owner)
    url = f"{URL}{${Resource}Factory.create(owner=owner).public_id}/"

    renamed = client.patch(url, {"name": "Second"})

    assert renamed.status_code == 200
    assert client.get(url).json()["name"] == "Second"
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_a_taken_name_is_a_conflict(owner: User) -> None:
    ${Resource}Factory.create(owner=owner, name="First")

    response = client_of(owner).post(URL, {"name": "First"})

    assert response.status_code == 409
    assert response.json()["code"] == "${app}.name_taken"


def test_for_a_stranger_nothing_is_there(owner: User, stranger: User) -> None:
    ${resource} = ${Resource}Factory.create(owner=owner, name="First")
    client = client_of(stranger)
    url = f"{URL}{${resource}.public_id}/"

    assert client.get(URL).json()["items"] == []
    assert client.get(url).status_code == 404
    assert client.patch(url, {"name": "Mine"}).status_code == 404
    assert client.delete(url).status_code == 404
    assert ${Resource}.objects.get().name == "First"


def test_who_is_not_signed_in_is_refused() -> None:
    assert client_of(None).get(URL).status_code == 401
