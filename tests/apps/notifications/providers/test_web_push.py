"""Web Push: what leaves us only the browser can open, and no endpoint leads us astray."""

import jwt
import pytest
from django.test import override_settings

from apps.notifications import services
from apps.notifications.models import Delivery
from apps.notifications.providers.keys import new_vapid_key
from apps.notifications.types import DeliveryState, PushService
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at, attempts, device_at
from tests.factories.notifications import AccountFactory, DeliveryFactory, RegistrationFactory
from tests.hostile_server import hostile_server

pytestmark = pytest.mark.django_db

# Of the example in RFC 8291 section 5.
KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"


def test_browser_opens_what_it_was_sent_by_us(push_services: PushServices) -> None:
    account = account_at(push_services, PushService.WEB_PUSH)
    delivery = DeliveryFactory.create(registration=device_at(push_services, account))

    services.deliver_due()

    (push,) = push_services.journal.pushes()
    payload = push.payload()
    assert payload["notification"]["title"] == "The lift works again"
    assert payload["notification"]["data"]["delivery_id"] == str(delivery.public_id)
    assert 3590 <= int(push.headers["TTL"]) <= 3600


def _send_to(url: str, *, times: int = 1, p256dh: str = KEY) -> Delivery:
    """Send to browsers at an endpoint; return the delivery to the last."""
    account = AccountFactory.create(
        service=PushService.WEB_PUSH,
        config={"subject": "mailto:ops@example.com"},
        secret=new_vapid_key(),
    )
    for number in range(times):
        device = RegistrationFactory.create(
            account=account, token=f"{url}?{number}", p256dh=p256dh, auth=SECRET
        )
        delivery = DeliveryFactory.create(registration=device)
    services.deliver_due()
    delivery.refresh_from_db()
    return delivery


def _vapid_token(headers: dict[str, str]) -> str:
    told = {name.lower(): value for name, value in headers.items()}["authorization"]
    return told.removeprefix("vapid t=").partition(",")[0]


def test_one_signature_serves_all_browsers_of_a_push_service() -> None:
    with hostile_server() as server:
        _send_to(server.url, times=2)

        tokens = [_vapid_token(request.headers) for request in server.requests]

    assert len(tokens) == 2
    assert tokens[0] == tokens[1]
    claims = jwt.decode(tokens[0], options={"verify_signature": False})
    assert claims["sub"] == "mailto:ops@example.com"
    assert server.url.startswith(claims["aud"])


@override_settings(OUTBOUND_ALLOWED_NETWORKS=())
def test_endpoint_inside_our_network_is_not_dialled() -> None:
    with hostile_server() as server:
        delivery = _send_to(server.url)

        assert not server.requests
    assert attempts(delivery) == [(1, None, "forbidden_address", "retry")]


def test_subscription_with_unusable_keys_fails_alone() -> None:
    with hostile_server() as server:
        delivery = _send_to(server.url, p256dh="AAAA")

        assert not server.requests
    assert delivery.state == DeliveryState.FAILED
    assert attempts(delivery) == [(1, None, "unusable_keys", "failed")]
