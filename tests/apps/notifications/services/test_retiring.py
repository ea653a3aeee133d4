"""Devices that are gone or silent are sent nothing more, and those that are alive are noted."""

from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from apps.kernel.clock import now
from apps.notifications.models import Registration
from apps.notifications.services.retiring import retire, retire_after, retire_stale
from apps.notifications.types import RetireReason
from tests.apps.notifications.telling import told
from tests.factories.notifications import AccountFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def _reasons() -> list[str]:
    return [each["reason"] for each in told("device.retired")]


def test_named_devices_are_retired_and_told_of_once() -> None:
    device = RegistrationFactory.create()

    for _ in range(2):
        retire([device.pk], reason=RetireReason.REMOVED)
    retire([], reason=RetireReason.REMOVED)

    device.refresh_from_db()
    assert not device.is_live
    assert _reasons() == ["removed"]


@pytest.mark.parametrize(("hours", "is_live"), [(-1, False), (1, True)])
def test_device_that_told_of_itself_afterwards_stays(*, hours: int, is_live: bool) -> None:
    moment = now()
    device = RegistrationFactory.create(registered_at=moment + timedelta(hours=hours))

    retire_after(Registration.objects.all(), moment=moment, reason=RetireReason.SIGNED_OUT)

    device.refresh_from_db()
    assert device.is_live is is_live


def test_only_devices_silent_on_both_sides_are_stale(settings: Settings) -> None:
    settings.NOTIFICATIONS_STALE_DEVICE_DAYS = 30
    long_ago, lately = now() - timedelta(days=31), now() - timedelta(days=1)
    account = AccountFactory.create()

    def device(registered_at: datetime, last_accepted_at: datetime | None) -> Registration:
        return RegistrationFactory.create(
            account=account, registered_at=registered_at, last_accepted_at=last_accepted_at
        )

    silent = [device(long_ago, None), device(long_ago, long_ago)]
    alive = [device(long_ago, lately), device(lately, None)]

    assert retire_stale() == len(silent)
    live = set(Registration.objects.filter(retired_at=None).values_list("pk", flat=True))
    assert live == {each.pk for each in alive}
    assert _reasons() == ["stale", "stale"]
