"""The health checks name what does not answer, and never keep requests away."""

from pathlib import Path

import pytest
from health_check.exceptions import ServiceUnavailable, ServiceWarning

from apps.files.check_overview import HEALTH_CHECK
from apps.files.probes import ScannersAnswer, StorageAnswers
from apps.health.ports import checks
from tests.apps.files.stubborn import StubbornScanner


def test_where_all_scanners_answer_it_says_nothing(stubborn: StubbornScanner) -> None:
    ScannersAnswer().run()


def test_scanner_that_is_down_is_named(stubborn: StubbornScanner) -> None:
    stubborn.is_down = True

    with pytest.raises(ServiceWarning, match="stubborn does not answer"):
        ScannersAnswer().run()


def test_requests_go_on_without_a_scanner() -> None:
    check = checks.get(HEALTH_CHECK)

    assert check is not None
    assert not check.is_decisive
    check.make().run()


def test_storage_that_can_be_written_to_is_well() -> None:
    StorageAnswers().run()


def test_storage_that_cannot_be_used_is_told(files_root: Path) -> None:
    files_root.write_text("not a folder")

    with pytest.raises(ServiceUnavailable, match="local cannot be used"):
        StorageAnswers().run()
