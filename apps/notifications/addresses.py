"""Addresses of devices: what each push service wants to know of one, and in which form."""

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec

from apps.notifications.errors import RegistrationRefused
from apps.notifications.types import DeviceAddress, PushService
from apps.resilience.services import check_url

# Of RFC 8291.
_SECRET_BYTES = 16
_HEXADECIMAL = re.compile(r"(?:[0-9a-f]{2}){1,100}")


def checked_address(address: DeviceAddress) -> DeviceAddress:
    """Return the address in the form by which it is found again.

    Raises RegistrationRefused, which names the fields; and resilience's UnusableUrl or
    ForbiddenAddress for a Web Push endpoint that must not be called (it is resolved: up to 3 s).
    """
    if address.service is PushService.APNS:
        # Written in either case by apps.
        address = replace(address, token=address.token.lower())
    complaints = list(_complaints_about(address))
    if complaints:
        raise RegistrationRefused.naming(*complaints)
    if address.service is PushService.WEB_PUSH:
        return replace(address, token=check_url(address.token))
    return address


def _complaints_about(address: DeviceAddress) -> Iterator[tuple[str, str]]:
    of_service = {
        PushService.FCM: _complaints_of_fcm,
        PushService.APNS: _complaints_of_apns,
        PushService.WEB_PUSH: _complaints_of_web_push,
    }
    yield from of_service[address.service](address)
    if address.environment and address.service is not PushService.APNS:
        yield "environment", "Only APNs has environments."
    if (address.p256dh or address.auth) and address.service is not PushService.WEB_PUSH:
        yield "p256dh", "Only Web Push has keys."
    if address.fid and address.service is not PushService.FCM:
        yield "fid", "Only FCM has installation ids."


def _complaints_of_fcm(address: DeviceAddress) -> Iterator[tuple[str, str]]:
    if not address.token and not address.fid:
        yield "token", "FCM needs the registration token, the installation id (fid), or both."


def _complaints_of_apns(address: DeviceAddress) -> Iterator[tuple[str, str]]:
    if not _HEXADECIMAL.fullmatch(address.token):
        yield "token", "APNs needs the device token as hexadecimal digits."


def _complaints_of_web_push(address: DeviceAddress) -> Iterator[tuple[str, str]]:
    if not address.token:
        yield "endpoint", "Web Push needs the subscription's endpoint."
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(address.p256dh))
    except ValueError:
        yield "p256dh", "Web Push needs the subscription's public key: a point on P-256, base64url."
    if len(_decoded(address.auth)) != _SECRET_BYTES:
        yield "auth", f"Web Push needs the subscription's secret: {_SECRET_BYTES} bytes, base64url."


def _decoded(text: str) -> bytes:
    """Return what base64url stands for, with or without padding; nothing where it is none."""
    try:
        return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return b""
