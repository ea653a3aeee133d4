"""The start page has a card per chart, for whoever may enter the admin."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.console.ports import charts
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


def test_start_page_opens_with_the_cache_dead_and_no_metrics(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.OBSERVABILITY_METRICS_DIR", "/nowhere")

    page = operator.get("/admin/")
    told = operator.get("/admin/console/charts").json()

    assert page.status_code == 200
    by_name = {chart["name"]: chart for chart in told["charts"]}
    assert "PROMETHEUS_MULTIPROC_DIR" in by_name["requests"]["missing"]
    assert told["sampled_at"] is None
