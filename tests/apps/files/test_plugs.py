"""What files plugs in, into others and into itself."""

from datetime import timedelta

import pytest

from apps.console.ports import charts, person_sections, sources
from apps.events.ports import consumers
from apps.files import metrics
from apps.files.models import File, Rendition
from apps.files.ports import purposes, scanners, storages
from apps.files.types import RenditionState
from apps.health.ports import checks
from apps.kernel.clock import now
from apps.kernel.ports import examinations
from apps.observability.ports import scraped_gauges
from apps.observability.types import Metric
from tests.factories.files import PendingFileFactory, RenditionFactory


def test_every_place_scanner_and_purpose_that_comes_with_it_is_there() -> None:
    assert {place.name for place in storages} == {"local", "s3", "azure"}
    assert {scanner.name for scanner in scanners} == {"embedded", "clamav", "cloud"}
    assert {purpose.name for purpose in purposes} >= {"avatar", "image", "document", "archive"}


def test_it_hears_the_event_log() -> None:
    assert "files" in consumers


@pytest.mark.parametrize("name", ["scanners", "files-storage"])
def test_parts_it_needs_are_watched_and_keep_no_request_away(name: str) -> None:
    check = checks.get(name)

    assert check is not None
    assert not check.is_decisive
    check.make().run()


def test_operator_sees_it() -> None:
    shown = {"files-checks", "files-storage", "files-states", "files-uploads"}

    assert shown <= {chart.name for chart in charts}
    assert "files" in examinations
    assert "files" in person_sections
    for name in ("files", "files-checks"):
        assert name in sources


@pytest.mark.django_db
def test_scrape_tells_what_waits_and_since_when() -> None:
    PendingFileFactory.create_batch(2)
    RenditionFactory.create(state=RenditionState.PENDING)
    an_hour_ago = now() - timedelta(hours=1)
    File.objects.update(created_at=an_hour_ago)
    Rendition.objects.update(due_at=an_hour_ago)

    checks_told, renditions_told = _scraped("files-checks"), _scraped("files-renditions")

    assert checks_told[metrics.PENDING] == 2
    assert checks_told[metrics.OLDEST_PENDING_SECONDS] >= 3600
    assert renditions_told[metrics.RENDITIONS_PENDING] == 1
    assert renditions_told[metrics.OLDEST_RENDITION_SECONDS] >= 3600


def _scraped(name: str) -> dict[Metric, float]:
    gauges = scraped_gauges.get(name)
    assert gauges is not None
    return dict(gauges.read())
