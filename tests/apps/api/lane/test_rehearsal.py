"""A rehearsal makes a view as Django makes it, and reads nothing."""

import pytest
from django.db import connection
from pytest_django import Settings

from apps.api.lane.errors import NotForTheLane
from apps.api.lane.rehearsal import (
    Question,
    Rehearsal,
    nothing_is_read,
    request_for,
    unknown_middleware,
)
from apps.api.lane.routes import open_routes
from apps.api.lane.statements import sentinels

pytestmark = pytest.mark.urls("config.urls")


@pytest.mark.django_db
def test_reading_is_refused_within_the_block_alone() -> None:
    with nothing_is_read(), pytest.raises(NotForTheLane, match="SELECT 1"):
        connection.cursor().execute("SELECT 1")

    connection.cursor().execute("SELECT 1")


def test_view_is_made_for_its_route() -> None:
    route = open_routes()["/api/v2/buildings/*/requests/*/"]
    known = sentinels(ids=2, position=())

    view = Rehearsal(Question(route, "fields=id", "https", "testserver"), known).view

    assert view.action == "retrieve"
    assert view.kwargs == dict(zip(("building_id", "request_id"), known.ids, strict=True))
    assert view.viewer_id == known.user_id
    assert view.request.query_params == {"fields": ["id"]}


def test_request_has_the_scheme_that_a_proxy_would_tell(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    schemes = [
        request_for("/", "", scheme=scheme, host="testserver").scheme
        for scheme in ("https", "http")
    ]

    assert schemes == ["https", "http"]


def test_all_our_middleware_is_known(settings: Settings) -> None:
    assert unknown_middleware() == []

    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "somebody.else"]
    assert unknown_middleware() == ["somebody.else"]
