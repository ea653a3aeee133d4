"""A change with If-Match is carried out only on the state that the client has seen."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.api.etags import with_coding
from apps.buildings.models import Building, Unit
from apps.buildings.services import add_unit, create_building, open_request
from tests.apps.api.sample import Problem
from tests.factories.accounts import UserFactory
from tests.factories.buildings import CommentFactory, MemberFactory
from tests.people import client_of

PEOPLE = "/api/v1/sample/people/"


@pytest.fixture
def path(owner: User) -> str:
    return f"{PEOPLE}{owner.public_id}/"


@pytest.fixture
def building(owner: User) -> str:
    return f"/api/v1/buildings/{create_building(owner_id=owner.pk, name='Harbour House')}/"


def test_change_of_what_was_seen_is_carried_out(signed_in: APIClient, path: str) -> None:
    etag = signed_in.get(path)["ETag"]

    changed = signed_in.patch(path, {"name": "Ada"}, headers={"If-Match": etag})

    assert (changed.status_code, changed.json()["name"]) == (200, "Ada")


def test_change_of_what_has_changed_is_refused(
    signed_in: APIClient, owner: User, path: str, problem: Problem
) -> None:
    etag = signed_in.get(path)["ETag"]
    signed_in.patch(path, {"name": "Ada"})

    for refused in (
        signed_in.patch(path, {"name": "Eve"}, headers={"If-Match": etag}),
        signed_in.delete(path, headers={"If-Match": etag}),
    ):
        problem(refused, status=412, code="api.precondition_failed")
    assert User.objects.get(pk=owner.pk).name == "Ada"


def test_without_the_header_nothing_is_compared(signed_in: APIClient, path: str) -> None:
    signed_in.patch(path, {"name": "Ada"})

    assert signed_in.patch(path, {"name": "Eve"}).status_code == 200


def test_what_was_seen_is_removed(signed_in: APIClient, path: str) -> None:
    other = UserFactory.create()
    path = f"{PEOPLE}{other.public_id}/"
    etag = signed_in.get(path)["ETag"]

    removed = signed_in.delete(path, headers={"If-Match": etag})

    assert removed.status_code == 204
    assert not User.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("*", 200),
        (" * ", 200),
        ('"x", {etag}', 200),
        ('{etag},"x"', 200),
        ('W/"x", {etag}', 200),
        ("W/{etag}", 412),
        ('"*"', 412),
        ("", 412),
        ("nonsense", 412),
        ('"x"', 412),
        ("{bare}", 412),
        ('"' * 5000, 412),
    ],
)
def test_list_of_tags_is_compared_strongly(
    signed_in: APIClient, path: str, form: str, status: int
) -> None:
    etag = signed_in.get(path)["ETag"]
    given = form.format(etag=etag, bare=etag.strip('"'))

    answer = signed_in.patch(path, {"name": "Ada"}, headers={"If-Match": given})

    assert answer.status_code == status


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_tag_of_a_compressed_answer_names_the_same_state(
    signed_in: APIClient, path: str, coding: str
) -> None:
    etag = with_coding(signed_in.get(path)["ETag"], coding)

    answer = signed_in.patch(path, {"name": "Ada"}, headers={"If-Match": etag})

    assert answer.status_code == 200


def test_what_is_not_there_matches_nothing(signed_in: APIClient, problem: Problem) -> None:
    path = f"{PEOPLE}01a20145-37f0-7469-a71d-6ab5477c6daa/"

    answer = signed_in.patch(path, {"name": "Ada"}, headers={"If-Match": "*"})

    problem(answer, status=404, code="kernel.not_found")


def test_bad_body_is_refused_as_ever(signed_in: APIClient, path: str) -> None:
    answer = signed_in.patch(path, {"size": 7}, headers={"If-Match": "*"})

    assert answer.status_code == 400


def test_reads_and_creations_do_not_compare(signed_in: APIClient, path: str) -> None:
    headers = {"If-Match": '"x"'}

    assert signed_in.get(path, headers=headers).status_code == 200
    assert signed_in.post(PEOPLE, {"name": "Ada"}, headers=headers).status_code == 201
    assert signed_in.put(path, {}, headers=headers).status_code == 405


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_tag_is_of_the_version_it_was_read_at(owner: User, building: str, version: str) -> None:
    client, other = client_of(owner), "v2" if version == "v1" else "v1"
    tags = {v: client.get(building.replace("v1", v))["ETag"] for v in ("v1", "v2")}
    path = building.replace("v1", version)

    refused = client.patch(path, {"name": "A"}, headers={"If-Match": tags[other]})
    changed = client.patch(path, {"name": "A"}, headers={"If-Match": tags[version]})

    assert (refused.status_code, changed.status_code) == (412, 200)


def test_tag_is_of_the_user_who_read_it(owner: User, building: str) -> None:
    house = Building.objects.get()
    manager = MemberFactory.create(building=house, role="manager").user
    theirs = client_of(manager).get(building)["ETag"]

    # The representation tells who asks their own role.
    answer = client_of(owner).patch(building, {"name": "A"}, headers={"If-Match": theirs})

    assert answer.status_code == 412


def test_row_that_postgresql_shows_has_the_tag_of_its_get(owner: User, building: str) -> None:
    house = Building.objects.get()
    opened = open_request(building_id=house.public_id, author_id=owner.pk, title="tap")
    client, path = client_of(owner), f"{building}requests/{opened}/"
    etag = client.get(path)["ETag"]

    changed = client.patch(path, {"title": "lift"}, headers={"If-Match": etag})
    again = client.patch(path, {"title": "roof"}, headers={"If-Match": etag})

    assert (changed.status_code, again.status_code) == (200, 412)


def test_who_may_not_change_it_is_told_that(owner: User, stranger: User, building: str) -> None:
    house = Building.objects.get()
    resident = MemberFactory.create(building=house, role="resident").user

    headers = {"If-Match": '"x"'}
    assert client_of(resident).patch(building, {}, headers=headers).status_code == 403
    assert client_of(stranger).patch(building, {}, headers=headers).status_code == 404


def test_row_that_nobody_can_read_has_no_tag(owner: User, building: str) -> None:
    house = Building.objects.get()
    comment = CommentFactory.create(request__building=house, author=owner)
    path = f"{building}requests/{comment.request.public_id}/comments/{comment.public_id}/"
    client = client_of(owner)

    assert client.delete(path, headers={"If-Match": '"x"'}).status_code == 412
    assert client.delete(path, headers={"If-Match": "*"}).status_code == 204


def test_plain_view_compares_too(owner: User) -> None:
    client, me = client_of(owner), "/api/v1/accounts/me/"
    etag = client.get(me)["ETag"]

    changed = client.patch(me, {"name": "Ada"}, headers={"If-Match": etag})
    again = client.patch(me, {"name": "Eve"}, headers={"If-Match": etag})

    assert (changed.status_code, again.status_code) == (200, 412)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["building", "unit", "me"])
def test_of_two_changes_at_once_one_is_carried_out(owner: User, building: str, kind: str) -> None:
    house = Building.objects.get()
    unit = add_unit(building_id=house.public_id, label="1")
    paths = {"building": building, "unit": f"{building}units/{unit}/", "me": "/api/v1/accounts/me/"}
    field, path = "label" if kind == "unit" else "name", paths[kind]
    clients = [client_of(owner) for _ in range(4)]

    for turn in range(5):
        etag = clients[0].get(path)["ETag"]
        start = Barrier(len(clients))

        def change(number: int) -> int:
            start.wait()  # noqa: B023  run within this turn
            body, headers = {field: f"{turn}.{number}"}, {"If-Match": etag}  # noqa: B023  as above
            try:
                return int(clients[number].patch(path, body, headers=headers).status_code)
            finally:
                connection.close()

        with ThreadPoolExecutor(len(clients)) as threads:
            answers = sorted(threads.map(change, range(len(clients))))

        assert answers == [200, 412, 412, 412]


@pytest.mark.django_db(transaction=True)
def test_changes_with_and_without_the_header_never_wait_for_each_other(
    owner: User, building: str
) -> None:
    house = Building.objects.get()
    unit = add_unit(building_id=house.public_id, label="1")
    path = f"{building}units/{unit}/"
    clients = [client_of(owner) for _ in range(4)]

    def change(number: int) -> set[int]:
        headers = {"If-Match": "*"} if number % 2 else {}
        try:
            return {
                clients[number]
                .patch(path, {"notes": f"{number}.{turn}"}, headers=headers)
                .status_code
                for turn in range(10)
            }
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as threads:
        answers = set().union(*threads.map(change, range(len(clients))))

    assert answers == {200}
    assert Unit.objects.count() == 1
