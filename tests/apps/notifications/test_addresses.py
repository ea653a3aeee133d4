"""What a push service needs to know of a device is there and in form, or the fields are named."""

from typing import Any

import pytest

from apps.notifications.addresses import checked_address
from apps.notifications.errors import RegistrationRefused
from apps.notifications.types import DeviceAddress, PushService

FCM, APNS, WEB = PushService.FCM, PushService.APNS, PushService.WEB_PUSH
POINT = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
SECRET = "tBHItJI5svbpez7KI4CCXg"
ENDPOINT = "http://127.0.0.1:8000/push/1"


@pytest.mark.parametrize(
    ("service", "told", "fields"),
    [
        (FCM, {}, ["token"]),
        (FCM, {"token": "t", "environment": "sandbox", "auth": SECRET}, ["environment", "p256dh"]),
        (APNS, {}, ["token"]),
        (APNS, {"token": "abc"}, ["token"]),
        (APNS, {"token": "zz"}, ["token"]),
        (APNS, {"token": "ab" * 101}, ["token"]),
        (APNS, {"token": "ab", "fid": "f"}, ["fid"]),
        (WEB, {"token": ENDPOINT}, ["p256dh", "auth"]),
        (WEB, {"p256dh": POINT, "auth": SECRET}, ["endpoint"]),
        (WEB, {"token": ENDPOINT, "p256dh": POINT[:-4] + "AAAA", "auth": SECRET}, ["p256dh"]),
        (WEB, {"token": ENDPOINT, "p256dh": "שלום", "auth": "é"}, ["p256dh", "auth"]),
    ],
)
def test_refusal_names_the_fields(
    service: PushService, told: dict[str, Any], fields: list[str]
) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        checked_address(DeviceAddress(service=service, **told))

    assert [each["field"] for each in refused.value.errors] == fields


def test_subscription_of_a_browser_is_taken_with_and_without_padding() -> None:
    told = {"token": ENDPOINT, "p256dh": POINT, "auth": SECRET}

    plain = checked_address(DeviceAddress(service=WEB, **told))
    padded = checked_address(DeviceAddress(service=WEB, **{**told, "auth": f"{SECRET}=="}))

    assert plain.token == padded.token == ENDPOINT
