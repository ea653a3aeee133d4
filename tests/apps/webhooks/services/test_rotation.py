"""Replacing a secret: receivers verify with the former one or the new one, then with it alone."""

from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.webhooks import services
from apps.webhooks.errors import TooManySecrets
from apps.webhooks.models import EndpointSecret
from apps.webhooks.selectors import living_secrets, secret_of
from apps.webhooks.services import deliver_due, rotate_secret
from apps.webhooks.services.rotation import purge_expired_secrets
from tests.apps.webhooks.conftest import told_of
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NONE = timedelta(0)


def test_receiver_verifies_with_either_secret_until_the_grace_is_over(
    partner: HostileServer,
) -> None:
    endpoint = EndpointFactory.create(url=partner.url)
    former = secret_of(endpoint_id=endpoint.public_id)

    new = rotate_secret(endpoint_id=endpoint.public_id, grace=DAY)

    assert secret_of(endpoint_id=endpoint.public_id) == new != former
    DeliveryFactory.create(endpoint=endpoint)
    deliver_due()
    for secret in (former, new):
        Webhook(secret).verify(partner.requests[0].body, partner.requests[0].headers)
    EndpointSecret.objects.filter(expires_at__isnull=False).update(expires_at=clock.now())
    DeliveryFactory.create(endpoint=endpoint)
    deliver_due()
    Webhook(new).verify(partner.requests[1].body, partner.requests[1].headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(former).verify(partner.requests[1].body, partner.requests[1].headers)


def test_rotation_is_announced_without_the_secret() -> None:
    endpoint = EndpointFactory.create()

    new = rotate_secret(endpoint_id=endpoint.public_id, grace=DAY)

    (told,) = told_of(endpoint.public_id)
    assert told.topic == "webhooks.endpoint.secret_rotated"
    assert set(told.payload) == {"endpoint_id", "former_until"}
    assert new not in str(told)


def test_without_a_grace_no_former_secret_lives_on() -> None:
    endpoint = EndpointFactory.create()
    for _ in range(2):
        rotate_secret(endpoint_id=endpoint.public_id, grace=DAY)

    rotate_secret(endpoint_id=endpoint.public_id, grace=NONE)

    assert living_secrets([endpoint.id]).count() == 1


def test_three_secrets_live_at_most() -> None:
    endpoint = EndpointFactory.create()
    for _ in range(2):
        rotate_secret(endpoint_id=endpoint.public_id, grace=DAY)

    with pytest.raises(TooManySecrets):
        rotate_secret(endpoint_id=endpoint.public_id, grace=DAY)

    assert living_secrets([endpoint.id]).count() == 3
    with time_machine.travel(clock.now() + DAY, tick=False):
        rotate_secret(endpoint_id=endpoint.public_id, grace=DAY)


def test_grace_given_before_is_never_extended() -> None:
    endpoint = EndpointFactory.create()
    rotate_secret(endpoint_id=endpoint.public_id, grace=timedelta(hours=1))
    soon = EndpointSecret.objects.exclude(expires_at=None).get().expires_at

    rotate_secret(endpoint_id=endpoint.public_id, grace=7 * DAY)

    expiries = EndpointSecret.objects.exclude(expires_at=None).order_by("id")
    assert expiries[0].expires_at == soon
    assert expiries[1].expires_at is not None
    assert expiries[1].expires_at > clock.now() + 6 * DAY


def test_expired_secrets_are_purged_and_no_others() -> None:
    endpoint = EndpointFactory.create()
    rotate_secret(endpoint_id=endpoint.public_id, grace=DAY)
    rotate_secret(endpoint_id=endpoint.public_id, grace=DAY)

    assert purge_expired_secrets() == 0
    with time_machine.travel(clock.now() + DAY, tick=False):
        services.look_after_endpoints()

    assert endpoint.secrets.count() == 1
    assert secret_of(endpoint_id=endpoint.public_id)


def test_absent_endpoint_has_no_secret_to_rotate() -> None:
    with pytest.raises(NotFound):
        rotate_secret(endpoint_id=new_id(), grace=DAY)
