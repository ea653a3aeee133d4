"""What an app says of its device becomes an address, whatever its service calls the parts."""

from typing import Any

import pytest

from apps.notifications.api.device_serializers import RegistrationIn
from apps.notifications.types import DeviceAddress, PushService


def _parsed(**told: Any) -> RegistrationIn:
    serializer = RegistrationIn(data=told)
    assert serializer.is_valid(), serializer.errors
    return serializer


def test_token_and_installation_id_are_an_address_at_fcm() -> None:
    parsed = _parsed(service="fcm", token="t", fid="f", app_id="app.mainstay", locale="he")

    assert parsed.address() == DeviceAddress(
        service=PushService.FCM, token="t", fid="f", app_id="app.mainstay"
    )
    assert parsed.validated_data["locale"] == "he"
    assert parsed.validated_data["device"] is None


def test_endpoint_is_the_token_of_web_push() -> None:
    parsed = _parsed(service="web_push", endpoint="https://push.example/1", p256dh="p", auth="a")

    assert parsed.address() == DeviceAddress(
        service=PushService.WEB_PUSH, token="https://push.example/1", p256dh="p", auth="a"
    )


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"service": "web_push", "token": "t"}, "token"),
        ({"service": "apns", "endpoint": "https://push.example/1"}, "endpoint"),
    ],
)
def test_part_of_another_service_is_refused(told: dict[str, str], field: str) -> None:
    parsed = RegistrationIn(data=told)

    assert not parsed.is_valid()
    assert list(parsed.errors) == [field]
