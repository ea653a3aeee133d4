"""The card of the start page counts requests by what came of them."""

import pytest

from apps.cdn.overview import measured_requests
from apps.kernel.clock import now

pytestmark = pytest.mark.django_db


def test_what_waits_is_sampled() -> None:
    samples = {each.series: each.value for each in measured_requests(now(), now())}

    assert samples["cdn.waiting"] == 0
