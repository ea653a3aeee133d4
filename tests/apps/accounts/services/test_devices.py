"""Registering and removing devices."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from apps.accounts.errors import UnknownTimeZone
from apps.accounts.models import Device, Session, User
from apps.accounts.services import register_device, remove_device, update_device
from apps.accounts.types import DeviceDetails, Platform, RegisteredDevice
from apps.events.models import LogEntry
from tests.factories.accounts import DeviceFactory, SessionFactory

pytestmark = pytest.mark.django_db

PHONE = DeviceDetails(platform=Platform.IOS, app_version="1.0")


def register(
    owner: User, details: DeviceDetails = PHONE, session: Session | None = None
) -> RegisteredDevice:
    return register_device(
        user_id=owner.pk,
        installation_id="phone",
        details=details,
        session_id=session.public_id if session else None,
    )


def topics_of(device_id: object) -> list[str]:
    entries = LogEntry.objects.filter(payload__device_id=str(device_id)).order_by("position")
    return [entry.topic for entry in entries]


def test_device_is_announced_once_and_then_only_what_changed(owner: User) -> None:
    first = register(owner)
    register(owner)
    again = register(owner, DeviceDetails(platform=Platform.IOS, app_version="2.0"))

    assert (first.is_new, again.is_new) == (True, False)
    assert first.device_id == again.device_id
    assert topics_of(first.device_id) == ["accounts.device.registered", "accounts.device.updated"]


@pytest.mark.django_db(transaction=True)
def test_parallel_registrations_make_one_device(owner: User) -> None:
    together = Barrier(8)

    def run(_: int) -> RegisteredDevice:
        try:
            together.wait()
            return register(owner)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        registered = list(pool.map(run, range(8)))

    assert [device.is_new for device in registered].count(True) == 1
    assert Device.objects.count() == 1


def test_session_of_somebody_else_cannot_be_bound(owner: User, stranger: User) -> None:
    foreign = SessionFactory.create(user=stranger)

    register(owner, session=foreign)

    foreign.refresh_from_db()
    assert foreign.device is None


def test_unknown_time_zone_registers_nothing(owner: User) -> None:
    with pytest.raises(UnknownTimeZone):
        register(owner, DeviceDetails(platform=Platform.IOS, time_zone="Mars/Olympus"))

    assert not Device.objects.exists()


def test_update_without_a_difference_is_not_announced() -> None:
    device = DeviceFactory.create(name="Phone")

    update_device(device_id=device.public_id, name="Phone")

    assert topics_of(device.public_id) == []


def test_removed_device_is_gone_and_its_sessions_have_ended(owner: User) -> None:
    device = DeviceFactory.create(user=owner)
    session = SessionFactory.create(user=owner, device=device)

    remove_device(device_id=device.public_id)

    assert not Device.objects.exists()
    session.refresh_from_db()
    assert session.end_reason == "device_removed"
    assert topics_of(device.public_id) == ["accounts.device.removed"]
