"""Open to the lane are the routes of views that say so, and no others."""

import pytest

from apps.api.lane.routes import open_routes

pytestmark = pytest.mark.urls("tests.apps.api.lane.lane_views")


def test_views_that_say_so_are_open() -> None:
    routes = open_routes()

    assert routes["/api/v1/fit/"].template == "api/v1/fit/"
    assert routes["/api/v1/fit/*/"].template == "api/v1/fit/<uuid:id>/"
    assert routes["/api/v1/fit/*/"].names == ("id",)
    assert routes["/api/v1/plain/"].actions == {}


def test_others_are_not() -> None:
    assert not [shape for shape in open_routes() if "closed" in shape]
    assert "/api/v1/accounts/me/" not in open_routes()


@pytest.mark.urls("config.urls")
def test_every_version_of_a_view_is_open() -> None:
    shapes = set(open_routes())

    assert {f"/api/{version}/buildings/*/requests/" for version in ("v1", "v2")} <= shapes


def test_path_is_made_of_ids() -> None:
    assert open_routes()["/api/v1/fit/*/"].path("here") == "/api/v1/fit/here/"


@pytest.mark.urls("config.urls")
def test_create_is_open_where_its_row_is_shown() -> None:
    shapes = set(open_routes("POST"))

    assert {"/api/v1/buildings/*/requests/", "/api/v2/buildings/"} <= shapes
    # There showing a building is deprecated, and the lane warns of nothing.
    assert "/api/v1/buildings/" not in shapes
    assert not [shape for shape in shapes if shape.endswith("*/")]
