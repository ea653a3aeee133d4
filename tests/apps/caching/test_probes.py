"""The health check warns of layers that fail and of a folder under pressure, and never fails."""

import pytest
from health_check.exceptions import ServiceWarning
from pytest_django import Settings

from apps.caching.layers.stack import stack
from apps.caching.probes import LayersAreWell
from apps.caching.services import clean
from apps.health.ports import checks
from tests.apps.caching.samples import entry


def test_where_all_is_well_it_says_nothing() -> None:
    LayersAreWell().run()


def test_layer_that_fails_is_named() -> None:
    stack().redis._breaker.failed()

    with pytest.raises(ServiceWarning, match="redis fails"):
        LayersAreWell().run()


def test_folder_short_of_disk_is_told(settings: Settings) -> None:
    settings.CACHING_LEAST_FREE_BYTES = 10**18
    clean()

    with pytest.raises(ServiceWarning, match="short of disk"):
        LayersAreWell().run()


def test_folder_that_is_merely_well_filled_is_no_warning(settings: Settings) -> None:
    stack().files.put("a" * 64, entry(body=b"x" * 90_000))
    settings.CACHING_FILES_BYTES = 110_000
    clean()

    LayersAreWell().run()


def test_it_keeps_no_requests_away() -> None:
    check = checks.get("caching")

    assert check is not None
    assert not check.is_decisive
    assert isinstance(check.make(), LayersAreWell)
