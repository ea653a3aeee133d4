"""Registering, changing, switching and deleting endpoints."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.keyring.errors import CiphertextRefused
from apps.resilience.errors import ForbiddenAddress, UnusableUrl
from apps.webhooks import services
from apps.webhooks.errors import TooManyEndpoints, UnknownEventType, UnusableHeaders
from apps.webhooks.models import Delivery, Endpoint, EndpointSecret
from apps.webhooks.secrets import opened_headers
from apps.webhooks.selectors import secret_of
from apps.webhooks.types import DisabledBy
from tests.apps.webhooks.conftest import told_of, topics_of
from tests.factories.webhooks import DeliveryFactory, EndpointFactory

pytestmark = pytest.mark.django_db

URL = "http://127.0.0.1:9/hook"


def test_endpoint_is_registered_with_a_secret_and_announced(owner: User) -> None:
    endpoint_id = services.register_endpoint(
        owner_id=owner.pk, url=URL, event_types=["buildings.unit.added"]
    )

    endpoint = Endpoint.objects.get(public_id=endpoint_id)
    assert (endpoint.owner, endpoint.url, endpoint.state) == (owner, URL, "enabled")
    assert endpoint.event_types == ["buildings.unit.added"]
    assert not endpoint.hears_everything
    assert secret_of(endpoint_id=endpoint_id).startswith("whsec_")
    (told,) = told_of(endpoint_id)
    assert told.topic == "webhooks.endpoint.registered"
    assert told.audience == (f"user:{owner.public_id}",)


def test_secrets_differ_and_are_not_kept_in_the_clear(owner: User) -> None:
    ids = [services.register_endpoint(owner_id=owner.pk, url=URL) for _ in range(2)]

    first, second = (secret_of(endpoint_id=endpoint_id) for endpoint_id in ids)

    assert first != second
    kept = "".join(EndpointSecret.objects.values_list("ciphertext", flat=True))
    assert first.removeprefix("whsec_") not in kept


def test_without_event_types_it_subscribes_to_all(owner: User) -> None:
    endpoint_id = services.register_endpoint(owner_id=owner.pk, url=URL)

    assert Endpoint.objects.get(public_id=endpoint_id).event_types == ["*"]


def test_unknown_event_types_are_refused_by_name(owner: User) -> None:
    with pytest.raises(UnknownEventType) as refusal:
        services.register_endpoint(
            owner_id=owner.pk, url=URL, event_types=["no.such.*", "buildings.unit.added"]
        )

    assert refusal.value.errors == [
        {"field": "event_types", "detail": "'no.such.*' is unknown.", "code": "unknown"}
    ]


def test_all_events_of_an_app_or_of_a_thing_can_be_subscribed_to(owner: User) -> None:
    endpoint_id = services.register_endpoint(
        owner_id=owner.pk, url=URL, event_types=["keyring.*", "buildings.unit.*"]
    )

    endpoint = Endpoint.objects.get(public_id=endpoint_id)
    assert endpoint.event_types == ["buildings.unit.*", "keyring.*"]


def test_url_that_leads_inside_is_refused(owner: User) -> None:
    with pytest.raises(ForbiddenAddress):
        services.register_endpoint(owner_id=owner.pk, url="http://169.254.169.254/")
    with pytest.raises(UnusableUrl):
        services.register_endpoint(owner_id=owner.pk, url="file:///etc/passwd")

    assert not Endpoint.objects.exists()


def test_nobody_has_more_than_twenty_endpoints(owner: User, stranger: User) -> None:
    for _ in range(20):
        EndpointFactory.create(owner=owner, secret=None)

    with pytest.raises(TooManyEndpoints):
        services.register_endpoint(owner_id=owner.pk, url=URL)

    assert services.register_endpoint(owner_id=stranger.pk, url=URL)


def test_change_is_written_and_announced(owner: User) -> None:
    endpoint = EndpointFactory.create(owner=owner)

    services.update_endpoint(
        endpoint_id=endpoint.public_id, url=f"{URL}/new", event_types=[], description="New"
    )

    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.description) == (f"{URL}/new", "New")
    assert endpoint.event_types == ["*"]
    assert topics_of(endpoint.public_id) == ["webhooks.endpoint.updated"]


def test_change_that_changes_nothing_is_not_announced() -> None:
    endpoint = EndpointFactory.create(url=URL)

    services.update_endpoint(endpoint_id=endpoint.public_id, url=URL)

    assert topics_of(endpoint.public_id) == []


def test_changed_url_is_checked_like_a_new_one() -> None:
    endpoint = EndpointFactory.create()

    with pytest.raises(ForbiddenAddress):
        services.update_endpoint(endpoint_id=endpoint.public_id, url="http://10.0.0.1/")


def test_another_url_is_another_server_whose_breaker_is_closed() -> None:
    later = clock.now() + timedelta(minutes=15)
    endpoint = EndpointFactory.create(url=URL, trips=3, consecutive_failures=50, paused_until=later)

    services.update_endpoint(endpoint_id=endpoint.public_id, description="The same server")
    endpoint.refresh_from_db()
    assert endpoint.trips == 3

    services.update_endpoint(endpoint_id=endpoint.public_id, url=f"{URL}/new")
    endpoint.refresh_from_db()
    assert endpoint.health.state == "healthy"
    assert endpoint.paused_until is None


def test_unusable_headers_are_refused_one_by_one(owner: User) -> None:
    with pytest.raises(UnusableHeaders) as refusal:
        services.register_endpoint(owner_id=owner.pk, url=URL, headers={"Host": "a", "X-A": ""})

    assert [error["field"] for error in refusal.value.errors] == ["headers", "headers"]
    assert not Endpoint.objects.exists()


def test_headers_of_one_endpoint_open_in_no_other(owner: User) -> None:
    first, second = (
        services.register_endpoint(owner_id=owner.pk, url=URL, headers={"Authorization": "x"})
        for _ in range(2)
    )
    sealed = Endpoint.objects.get(public_id=first).sealed_headers

    assert opened_headers(sealed, endpoint_id=first) == (("Authorization", "x"),)
    with pytest.raises(CiphertextRefused):
        opened_headers(sealed, endpoint_id=second)


@pytest.mark.parametrize(("by", "owed"), [("gone", "disabled"), ("owner", ""), ("operator", "")])
def test_owner_is_owed_a_notice_of_what_nobody_decided(by: str, owed: str) -> None:
    endpoint = EndpointFactory.create()

    services.disable_endpoint(endpoint_id=endpoint.public_id, by=DisabledBy(by))

    endpoint.refresh_from_db()
    assert endpoint.owed_notice == owed


def test_disabled_endpoint_loses_what_was_pending_and_it_is_announced_once() -> None:
    delivery = DeliveryFactory.create()
    endpoint = delivery.endpoint

    for _ in range(2):
        services.disable_endpoint(endpoint_id=endpoint.public_id, by=DisabledBy.OWNER)

    endpoint.refresh_from_db()
    delivery.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_by) == ("disabled", "owner")
    assert endpoint.disabled_at is not None
    assert delivery.state == "cancelled"
    assert topics_of(endpoint.public_id) == ["webhooks.endpoint.disabled"]


def test_enabled_endpoint_begins_anew_without_what_it_missed() -> None:
    endpoint = EndpointFactory.create(state="disabled", disabled_by="gone", consecutive_failures=7)
    left_behind = DeliveryFactory.create(endpoint=endpoint)

    for _ in range(2):
        services.enable_endpoint(endpoint_id=endpoint.public_id)

    endpoint.refresh_from_db()
    left_behind.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_by, endpoint.disabled_at) == ("enabled", "", None)
    assert endpoint.consecutive_failures == 0
    assert left_behind.state == "cancelled"
    assert topics_of(endpoint.public_id) == ["webhooks.endpoint.enabled"]


def test_deleted_endpoint_takes_secrets_and_deliveries_along() -> None:
    delivery = DeliveryFactory.create()

    services.delete_endpoint(endpoint_id=delivery.endpoint.public_id)

    assert not Endpoint.objects.exists()
    assert not EndpointSecret.objects.exists()
    assert not Delivery.objects.exists()
    (told,) = told_of(delivery.endpoint.public_id)
    assert told.topic == "webhooks.endpoint.deleted"


def test_endpoint_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.update_endpoint(endpoint_id=new_id(), description="x")
    with pytest.raises(NotFound):
        services.delete_endpoint(endpoint_id=new_id())
    with pytest.raises(NotFound):
        secret_of(endpoint_id=new_id())
