"""The cast walks over every route: the owner finds their row, the stranger never does."""

import pytest

from apps.accounts.models import User
from apps.api.permissions import Anyone
from tests.architecture.routes import Route, distinct_routes
from tests.cast.scenes import Scene, scenes
from tests.people import client_of

pytestmark = pytest.mark.django_db

SCENES = scenes()
GUARDED = [route for route in distinct_routes() if Anyone not in route.permission_classes()]
WITH_ID = [route for route in GUARDED if route.parameters]
LISTS = [route for route in GUARDED if not route.parameters and "GET" in route.methods]

every_scene = pytest.mark.parametrize(
    ("route", "scene"),
    [(r, SCENES[r.below_version]) for r in WITH_ID if r.below_version in SCENES],
    ids=[route.path for route in WITH_ID if route.below_version in SCENES],
)


def _answer(user: User, route: Route, path: str, method: str) -> int:
    return int(client_of(user).generic(method, path, "{}", "application/json").status_code)


def test_every_route_with_an_id_has_a_scene() -> None:
    assert {route.below_version for route in WITH_ID} == set(SCENES)


@every_scene
def test_the_stranger_finds_nothing_and_changes_nothing(
    route: Route, scene: Scene, owner: User, teammate: User, stranger: User
) -> None:
    path = route.filled(scene.set_up(owner, teammate))

    answers = {method: _answer(stranger, route, path, method) for method in route.methods}

    assert set(answers.values()) == {404}, answers
    assert _answer(owner, route, path, route.methods[0]) not in {403, 404}


@every_scene
def test_the_team_mate_is_let_in_as_far_as_the_scene_says(
    route: Route, scene: Scene, owner: User, teammate: User
) -> None:
    path = route.filled(scene.set_up(owner, teammate))

    assert _answer(teammate, route, path, route.methods[0]) in scene.teammate


@every_scene
def test_staff_is_no_exception_in_the_api(
    route: Route, scene: Scene, owner: User, teammate: User, staff: User
) -> None:
    path = route.filled(scene.set_up(owner, teammate))

    assert _answer(staff, route, path, route.methods[0]) in scene.staff


@pytest.mark.parametrize("route", LISTS, ids=str)
def test_no_list_shows_the_stranger_what_is_the_owners(
    route: Route, owner: User, teammate: User, stranger: User
) -> None:
    ids = {
        str(identifier)
        for scene in SCENES.values()
        for identifier in scene.set_up(owner, teammate).values()
    }

    shown = client_of(stranger).get(route.path).content.decode()

    assert not [identifier for identifier in ids if identifier in shown]
