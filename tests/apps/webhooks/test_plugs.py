"""From a write, through the log, to a partner: what webhooks plugs into the spine."""

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.buildings.services import create_building
from apps.events.models import ConsumerCursor, LogEntry
from apps.events.ports import consumers
from apps.events.services import advance
from apps.keyring.ring import ring
from apps.keyring.services import activate_key, add_key, reencrypt
from apps.keyring.types import Purpose
from apps.webhooks import services, tasks
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.secrets import opened_headers
from apps.webhooks.selectors import secret_of
from apps.webhooks.services import deliver_due
from tests.factories.accounts import UserFactory
from tests.factories.webhooks import EndpointFactory
from tests.hostile_server import HostileServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_is_woken(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"


@pytest.fixture
def owner(transactional_db: None) -> User:
    """Whose endpoint it is; the log is heard from now on."""
    last = LogEntry.objects.order_by("-xid", "-position").first()
    ConsumerCursor.objects.create(
        name="webhooks", xid=last.xid if last else 0, position=last.position if last else 0
    )
    return UserFactory.create()


def _read_on() -> None:
    consumer = consumers.get("webhooks")
    assert consumer
    while advance(consumer).read:
        pass


def test_worker_is_woken_only_for_what_is_to_be_sent(
    owner: User, partner: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(tasks.hint, "give", lambda: given.append("hint"))
    create_building(owner_id=owner.pk, name="Lighthouse")
    _read_on()
    assert not given

    EndpointFactory.create(owner=owner, url=partner.url)
    create_building(owner_id=owner.pk, name="Harbour")
    _read_on()

    assert given


def test_write_reaches_a_partner(owner: User, partner: HostileServer) -> None:
    EndpointFactory.create(owner=owner, url=partner.url)

    building_id = create_building(owner_id=owner.pk, name="Lighthouse")
    _read_on()
    deliver_due()

    (request,) = partner.requests
    assert b'"type":"buildings.building.created"' in request.body
    assert str(building_id).encode() in request.body


def test_write_that_is_rolled_back_reaches_nobody(owner: User, partner: HostileServer) -> None:
    EndpointFactory.create(owner=owner, url=partner.url)

    with transaction.atomic():
        create_building(owner_id=owner.pk, name="Lighthouse")
        transaction.set_rollback(True)
    _read_on()

    assert not Delivery.objects.exists()


def test_dead_endpoint_that_hears_everything_feeds_itself_nothing(
    owner: User, settings: Settings
) -> None:
    """Two dead endpoints of one owner would tell each other of their failures without end."""
    settings.WEBHOOKS_RETRY_SECONDS = ()
    for _ in range(2):
        EndpointFactory.create(owner=owner, url="http://127.0.0.1:9/")

    create_building(owner_id=owner.pk, name="Lighthouse")
    for _ in range(5):
        _read_on()
        deliver_due()

    topics = Delivery.objects.values_list("message__topic", flat=True)
    assert sorted(topics) == [
        *["buildings.building.created"] * 2,
        *["webhooks.delivery.exhausted"] * 2,
    ]
    assert not Delivery.objects.exclude(state="failed").exists()


def test_secrets_and_headers_are_encrypted_anew_before_their_key_goes(owner: User) -> None:
    endpoint_id = services.register_endpoint(
        owner_id=owner.pk, url="http://127.0.0.1:9/", headers={"Authorization": "Bearer x"}
    )
    secret = secret_of(endpoint_id=endpoint_id)
    activate_key(kid=add_key(purpose=Purpose.WEBHOOK_SECRET))
    ring.forget()
    before = Endpoint.objects.get().sealed_headers

    progress = list(reencrypt(purpose=Purpose.WEBHOOK_SECRET))

    assert {each.column: each.left for each in progress} == {
        "webhooks.endpoint.sealed_headers": 0,
        "webhooks.endpointsecret.ciphertext": 0,
    }
    sealed = Endpoint.objects.get().sealed_headers
    assert sealed != before
    assert opened_headers(sealed, endpoint_id=endpoint_id) == (("Authorization", "Bearer x"),)
    assert secret_of(endpoint_id=endpoint_id) == secret
