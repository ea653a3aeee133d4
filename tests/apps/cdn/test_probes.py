"""An outage of the CDN alarms after a minute, and ends when it is over."""

import pytest
from health_check.exceptions import ServiceWarning

from apps.cdn.probes import CdnForgets
from apps.cdn.selectors import state
from apps.cdn.services import purge_tags, send_due
from tests.apps.cdn.cloudflare import FakeCloudflare
from tests.apps.cdn.conftest import Hands

pytestmark = pytest.mark.django_db(transaction=True)


def test_outage_alarms_after_a_minute_and_no_longer_than_it_lasts(
    cloudflare: FakeCloudflare, hands: Hands
) -> None:
    purge_tags(["file-1"])
    hands.move(seconds=1)
    cloudflare.is_down = True
    send_due()
    CdnForgets().run()

    hands.move(minutes=2)
    with pytest.raises(ServiceWarning, match="no purge since"):
        CdnForgets().run()

    cloudflare.is_down = False
    send_due()
    CdnForgets().run()
    assert state().failing_since is None


def test_purges_that_wait_for_long_alarm(cloudflare: FakeCloudflare, hands: Hands) -> None:
    CdnForgets().run()
    purge_tags(["file-1"])
    hands.move(minutes=6)

    with pytest.raises(ServiceWarning, match="five minutes"):
        CdnForgets().run()
