"""Who may do what, over every route: by role, and a stranger finds nothing anywhere."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.buildings.models import Building
from apps.buildings.types import Status
from tests.factories.buildings import (
    CommentFactory,
    InvitationFactory,
    RequestFactory,
    UnitFactory,
)
from tests.people import client_of

# What the neighbour wrote, seen by others: method, path in the building, body, and the answers
# to an owner, a manager and a resident.
ROUTES: list[tuple[str, str, dict[str, Any] | None, int, int, int]] = [
    ("GET", "", None, 200, 200, 200),
    ("PATCH", "", {"name": "Lamp house"}, 200, 403, 403),
    ("DELETE", "", None, 204, 403, 403),
    ("GET", "units/", None, 200, 200, 200),
    ("POST", "units/", {"label": "9 left"}, 201, 201, 403),
    ("GET", "units/{unit}/", None, 200, 200, 200),
    ("PATCH", "units/{unit}/", {"floor": 2}, 200, 200, 403),
    ("DELETE", "units/{unit}/", None, 204, 204, 403),
    ("GET", "members/", None, 200, 200, 200),
    ("GET", "members/{neighbour}/", None, 200, 200, 200),
    ("PATCH", "members/{neighbour}/", {"role": "manager"}, 200, 403, 403),
    ("DELETE", "members/{neighbour}/", None, 204, 403, 403),
    ("GET", "invitations/", None, 200, 200, 403),
    ("POST", "invitations/", {"email": "new@example.com", "role": "resident"}, 201, 201, 403),
    ("POST", "invitations/", {"email": "new@example.com", "role": "owner"}, 201, 403, 403),
    ("DELETE", "invitations/{invitation}/", None, 204, 204, 403),
    ("GET", "requests/", None, 200, 200, 200),
    ("POST", "requests/", {"title": "The tap drips"}, 201, 201, 201),
    ("GET", "requests/{request}/", None, 200, 200, 200),
    ("PATCH", "requests/{request}/", {"priority": "urgent"}, 200, 200, 403),
    ("POST", "requests/{request}/status/", {"status": "closed"}, 200, 200, 403),
    ("GET", "requests/{request}/comments/", None, 200, 200, 200),
    ("POST", "requests/{request}/comments/", {"text": "Mine too."}, 201, 201, 201),
    ("DELETE", "requests/{request}/comments/{comment}/", None, 204, 204, 403),
]
NAMES = [f"{method} {path} {body or ''}".strip() for method, path, body, *_ in ROUTES]


@pytest.fixture
def ids(house: Building, neighbour: User) -> dict[str, object]:
    """What the paths name: things in the house, the personal ones being the neighbour's."""
    request = RequestFactory.create(building=house, author=neighbour, status=Status.RESOLVED)
    return {
        "unit": UnitFactory.create(building=house).public_id,
        "neighbour": neighbour.public_id,
        "invitation": InvitationFactory.create(building=house).public_id,
        "request": request.public_id,
        "comment": CommentFactory.create(request=request, author=neighbour).public_id,
    }


def ask(user: User | None, method: str, house: Building, path: str, body: object) -> Any:
    url = f"/api/v1/buildings/{house.public_id}/{path}"
    return getattr(client_of(user), method.lower())(url, body)


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
@pytest.mark.parametrize("who", ["owner", "manager", "resident"])
def test_members_may_what_their_role_says(
    route: tuple[Any, ...],
    who: str,
    house: Building,
    owner: User,
    manager: User,
    resident: User,
    ids: dict[str, object],
) -> None:
    method, path, body, *answers = route
    members = {"owner": owner, "manager": manager, "resident": resident}
    expected = dict(zip(members, answers, strict=True))

    response = ask(members[who], method, house, path.format(**ids), body)

    assert response.status_code == expected[who]


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_to_a_stranger_nothing_is_there(
    route: tuple[Any, ...], house: Building, stranger: User, ids: dict[str, object]
) -> None:
    method, path, body, *_ = route

    response = ask(stranger, method, house, path.format(**ids), body)

    assert response.status_code == 404


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_nobody_comes_in_without_signing_in(
    route: tuple[Any, ...], house: Building, ids: dict[str, object]
) -> None:
    method, path, body, *_ = route

    response = ask(None, method, house, path.format(**ids), body)

    assert response.status_code == 401


def test_building_of_others_looks_like_one_that_never_was(house: Building, stranger: User) -> None:
    client = client_of(stranger)

    theirs = client.get(f"/api/v1/buildings/{house.public_id}/").json()
    nobodys = client.get("/api/v1/buildings/019ab2c4-5f60-7a1b-8c2d-1a2b3c4d5e6f/").json()

    for one_of_a_kind in ("instance", "request_id"):
        assert theirs.pop(one_of_a_kind) != nobodys.pop(one_of_a_kind)
    assert theirs == nobodys


def test_resident_changes_an_own_request(house: Building, resident: User) -> None:
    request = RequestFactory.create(building=house, author=resident)

    response = ask(
        resident, "PATCH", house, f"requests/{request.public_id}/", {"title": "Two taps drip"}
    )

    assert response.json()["title"] == "Two taps drip"


def test_resident_withdraws_an_own_comment(house: Building, resident: User) -> None:
    comment = CommentFactory.create(request__building=house, author=resident)
    path = f"requests/{comment.request.public_id}/comments/{comment.public_id}/"

    assert ask(resident, "DELETE", house, path, None).status_code == 204


def test_resident_leaves(house: Building, resident: User) -> None:
    path = f"members/{resident.public_id}/"

    assert ask(resident, "DELETE", house, path, None).status_code == 204
    assert ask(resident, "GET", house, "", None).status_code == 404


def test_resident_cannot_rise_alone(house: Building, resident: User) -> None:
    path = f"members/{resident.public_id}/"

    assert ask(resident, "PATCH", house, path, {"role": "owner"}).status_code == 403
