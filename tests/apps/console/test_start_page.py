"""The start page has a card per chart, for whoever may enter the admin."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from apps.accounts.models import User
from apps.console.ports import charts
from apps.console.services import take_samples
from tests.apps.console.conftest import browser_of

pytestmark = pytest.mark.django_db


def test_every_chart_has_its_card(
    operator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(15):
        page = operator.get("/admin/").content.decode()

    assert all(f'id="chart-{chart.name}"' in page for chart in charts)
    assert 'role="search"' in page


def test_clerk_sees_charts_but_is_offered_no_people(clerk: User) -> None:
    page = browser_of(clerk).get("/admin/").content.decode()

    assert 'id="chart-requests"' in page
    assert 'role="search"' not in page


def test_start_page_opens_with_redis_dead(operator: Client, settings: Settings) -> None:
    default = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": default}

    page = operator.get("/admin/")
    told = operator.get("/admin/console/charts", {"range": "7d"}).json()

    assert page.status_code == 200
    # The page says so where nothing was sampled for two minutes.
    assert told["sampled_at"] is None
    assert {chart["name"] for chart in told["charts"]} == {chart.name for chart in charts}


@pytest.mark.parametrize("folder", ["", "/nowhere"])
def test_start_page_says_what_is_missing_without_the_metrics_folder(
    operator: Client, settings: Settings, folder: str
) -> None:
    settings.OBSERVABILITY_METRICS_DIR = folder
    take_samples()

    told = operator.get("/admin/console/charts").json()

    missing = {chart["name"]: chart["missing"] for chart in told["charts"]}
    assert "PROMETHEUS_MULTIPROC_DIR" in missing["requests"]
    assert told["sampled_at"]
