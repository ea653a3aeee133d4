"""Plans are made by the view's own code, for views that are fit for it."""

import pytest
from django.test import RequestFactory

from apps.accounts.models import User
from apps.api.checks import complaint_about, lane_can_answer
from apps.api.lane.answering import row_at
from apps.api.lane.asked import Asked, shape_of
from apps.api.lane.errors import NotForTheLane
from apps.api.lane.plans import forget, plan_for, planned
from apps.api.lane.rehearsal import Question
from apps.api.lane.routes import open_routes
from apps.kernel.prepared import NotRepeatable
from tests.apps.api.lane.lane_views import UNFIT

# The database is there so that a view could ask it; none does.
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.apps.api.lane.lane_views")]


def question(shape: str, query: str = "") -> Question:
    return Question(open_routes()[shape], query, "http", "testserver")


@pytest.mark.parametrize("name", UNFIT)
def test_unfit_view_is_refused_and_told_why(name: str) -> None:
    with pytest.raises((NotForTheLane, NotRepeatable), match=UNFIT[name][1]):
        planned(question(f"/api/v1/{name}/"), has_cursor=False)


def test_system_check_tells_of_each_of_them() -> None:
    told = [message.msg for message in lane_can_answer(None)]

    for view, reason in UNFIT.values():
        assert [one for one in told if view.__name__ in one and reason in one]
    assert complaint_about(open_routes()["/api/v1/fit/"]) is None


@pytest.mark.urls("config.urls")
def test_all_our_open_views_are_fit() -> None:
    assert lane_can_answer(None) == []


def test_plan_is_made_once_for_its_like() -> None:
    forget()
    route = open_routes()["/api/v1/fit/"]
    asked = Asked("/api/v1/fit/", "/api/v1/fit/", [], "limit=2", "", "http", "testserver")

    first, second = plan_for(route, asked), plan_for(route, asked)

    assert first is not None
    assert second is not None
    assert first[0] is second[0]
    assert plan_for(route, asked._replace(query="limit=none")) is None
    assert plan_for(route, asked._replace(query="limit=1&limit=2")) is None


def test_single_row_has_no_cursor() -> None:
    with pytest.raises(NotForTheLane, match="only a list"):
        planned(question("/api/v1/fit/*/"), has_cursor=True)


def test_headers_are_those_of_the_view_and_of_the_middleware() -> None:
    plan = planned(question("/api/v1/plain/"), has_cursor=False)

    assert plan.headers.inner["Cache-Control"] == "private, no-cache"
    assert plan.headers.inner["X-Frame-Options"] == "DENY"
    assert plan.headers.outer["X-Content-Type-Options"] == "nosniff"


def test_row_where_the_lane_is_not_open_is_for_the_view(owner: User) -> None:
    path = "/api/v1/closed/019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d/"
    request = RequestFactory().get(path)
    request.user = owner

    assert shape_of(path)[0] not in open_routes()
    assert row_at(path, request) is None
