"""Devices: the app registers the one it runs on, keeps it up to date, and removes it."""

import dataclasses
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from typing_extensions import Unpack

from apps.accounts.events import DeviceRegistered, DeviceRemoved, DeviceUpdated
from apps.accounts.live_sessions import live_sessions
from apps.accounts.locality import known_time_zone
from apps.accounts.models import Device, Session
from apps.accounts.services.sessions import end_sessions
from apps.accounts.types import DeviceDetails, EndReason, RegisteredDevice
from apps.events.services import announce
from apps.kernel import clock
from apps.kernel.errors import NotFound


class DeviceChanges(TypedDict, total=False):
    """What may change about a device as long as the app stays installed."""

    name: str
    model: str
    os_version: str
    app_version: str
    locale: str
    time_zone: str


@transaction.atomic
def register_device(
    *,
    user_id: int,
    installation_id: str,
    details: DeviceDetails,
    session_id: UUID | None = None,
) -> RegisteredDevice:
    """Register the device an app runs on, and bind the session to it that says so.

    The app may repeat it at every start: the installation id finds the same device again, and
    what the app now says of it is taken over. Raises UnknownTimeZone. Announces
    DeviceRegistered the first time, DeviceUpdated if anything differs later.
    """
    told = dataclasses.asdict(details)
    _check(told["time_zone"])
    device, is_new = Device.objects.select_for_update().get_or_create(
        user_id=user_id,
        installation_id=installation_id,
        defaults={**told, "last_seen_at": clock.now()},
    )
    if is_new:
        _announce_registration(device)
    else:
        _change(device, told)
    if session_id is not None:
        _bind(session_id, device)
    return RegisteredDevice(device_id=device.public_id, is_new=is_new)


@transaction.atomic
def update_device(*, device_id: UUID, **changes: Unpack[DeviceChanges]) -> None:
    """Take over what an app says of its device. Announces DeviceUpdated if anything differs.

    Raises NotFound or UnknownTimeZone.
    """
    _check(changes.get("time_zone", ""))
    _change(_held(device_id), dict(changes))


@transaction.atomic
def remove_device(*, device_id: UUID) -> None:
    """Forget a device and end its sessions. Raises NotFound.

    Announces SessionEnded for each session, and DeviceRemoved.
    """
    device = _held(device_id)
    end_sessions(user_id=device.user_id, device_id=device_id, reason=EndReason.DEVICE_REMOVED)
    device.delete()
    announce(
        DeviceRemoved(
            audience=_audience(device), user_id=device.user.public_id, device_id=device_id
        )
    )


def _check(time_zone: str) -> None:
    if time_zone:
        known_time_zone(time_zone)


def _announce_registration(device: Device) -> None:
    announce(
        DeviceRegistered(
            audience=_audience(device),
            user_id=device.user.public_id,
            device_id=device.public_id,
            platform=device.platform,
        )
    )


def _change(device: Device, changes: dict[str, object]) -> None:
    differing = [name for name, new in changes.items() if getattr(device, name) != new]
    for name in differing:
        setattr(device, name, changes[name])
    device.last_seen_at = clock.now()
    device.save(update_fields=[*differing, "last_seen_at", "updated_at"])
    if differing:
        announce(
            DeviceUpdated(
                audience=_audience(device),
                user_id=device.user.public_id,
                device_id=device.public_id,
            )
        )


def _bind(session_id: UUID, device: Device) -> None:
    Session.objects.filter(public_id=session_id, user_id=device.user_id).update(device=device)
    transaction.on_commit(lambda: live_sessions.forget(session_id))


def _held(device_id: UUID) -> Device:
    devices = Device.objects.select_for_update(of=("self",)).select_related("user")
    device = devices.filter(public_id=device_id).first()
    if device is None:
        raise NotFound
    return device


def _audience(device: Device) -> tuple[str, ...]:
    return (f"user:{device.user.public_id}",)
