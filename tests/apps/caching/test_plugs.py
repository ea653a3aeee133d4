"""What caching offers to the start page, to health and to Prometheus."""

import pytest

from apps.caching.services import clean, remember
from apps.console.ports import charts, sources
from apps.observability.ports import scraped_gauges
from tests.apps.caching.samples import STRICT, Maker


def test_start_page_has_its_cards() -> None:
    assert {"caching", "caching-layers"} <= {chart.name for chart in charts}
    assert "caching" in sources


@pytest.mark.django_db
def test_scrape_tells_what_redis_and_files_hold() -> None:
    remember(STRICT, "key", Maker(b"x" * 5000))
    clean()
    group = scraped_gauges.get("caching")
    assert group is not None

    told = {metric.name: value for metric, value in group.read().items()}

    assert told["mainstay_caching_files_entries"] == 1
    assert told["mainstay_caching_redis_bytes"] > 5000
    assert told["mainstay_caching_files_bytes"] > 5000
