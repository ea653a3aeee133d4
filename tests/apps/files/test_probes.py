"""The health check names scanners that do not answer, and never keeps requests away."""

import pytest
from health_check.exceptions import ServiceWarning

from apps.files.check_overview import HEALTH_CHECK
from apps.files.probes import ScannersAnswer
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
