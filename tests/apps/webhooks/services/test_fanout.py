"""Which endpoints an event goes to, and that a replay adds nothing."""

import pytest

from apps.accounts.models import User
from apps.webhooks.models import Delivery, Endpoint, Message
from apps.webhooks.services import fan_out
from tests.factories.buildings import BuildingFactory
from tests.factories.webhooks import EndpointFactory, logged

pytestmark = pytest.mark.django_db


def _hears(endpoint: Endpoint) -> list[str]:
    deliveries = Delivery.objects.filter(endpoint=endpoint).order_by("id")
    return list(deliveries.values_list("message__topic", flat=True))


def test_message_holds_the_event_and_where_it_came_from(owner: User) -> None:
    endpoint = EndpointFactory.create(owner=owner)
    event = logged(audience=(f"user:{owner.public_id}",), name="Lighthouse")

    assert fan_out([event]) == 1

    message = Message.objects.get(public_id=event.event_id)
    assert message.topic == "buildings.building.created"
    assert b'"data":{"name":"Lighthouse"}' in bytes(message.body)
    assert message.occurred_at == event.recorded_at
    assert message.correlation_id == event.correlation_id
    assert message.traceparent == event.traceparent
    delivery = Delivery.objects.get(message=message)
    assert (delivery.endpoint, delivery.owner, delivery.state) == (endpoint, owner, "pending")


def test_only_who_may_hear_is_told(owner: User, stranger: User) -> None:
    house = BuildingFactory.create(owner__user=owner)
    heard = EndpointFactory.create(owner=owner)
    unheard = EndpointFactory.create(owner=stranger)

    fan_out([logged(audience=(f"building:{house.public_id}",))])

    assert _hears(heard) == ["buildings.building.created"]
    assert _hears(unheard) == []


def test_platform_partner_hears_what_its_owner_may_not(stranger: User) -> None:
    partner = EndpointFactory.create(owner=stranger, hears_everything=True)

    fan_out([logged(), logged("keyring.key.added")])

    assert _hears(partner) == ["buildings.building.created", "keyring.key.added"]


def test_only_subscribed_topics_are_sent(owner: User) -> None:
    audience = (f"user:{owner.public_id}",)
    one = EndpointFactory.create(owner=owner, event_types=["buildings.unit.added"])
    branch = EndpointFactory.create(owner=owner, event_types=["buildings.unit.*"])
    both = EndpointFactory.create(
        owner=owner, event_types=["buildings.unit.added", "buildings.unit.*"]
    )

    fan_out(
        [
            logged("buildings.unit.added", audience=audience),
            logged("buildings.unit.removed", audience=audience),
            logged("buildings.units.added", audience=audience),
        ]
    )

    assert _hears(one) == ["buildings.unit.added"]
    assert _hears(branch) == ["buildings.unit.added", "buildings.unit.removed"]
    assert _hears(both) == ["buildings.unit.added", "buildings.unit.removed"]


def test_disabled_endpoint_hears_nothing(owner: User) -> None:
    endpoint = EndpointFactory.create(owner=owner, state="disabled")

    fan_out([logged(audience=(f"user:{owner.public_id}",))])

    assert _hears(endpoint) == []
    assert not Message.objects.exists()


def test_endpoint_is_never_told_of_itself(owner: User) -> None:
    told_of, other = EndpointFactory.create(owner=owner), EndpointFactory.create(owner=owner)
    event = logged(
        "webhooks.endpoint.updated",
        audience=(f"user:{owner.public_id}",),
        endpoint_id=str(told_of.public_id),
    )

    fan_out([event])

    assert _hears(told_of) == []
    assert _hears(other) == ["webhooks.endpoint.updated"]


def test_replay_adds_nothing(owner: User) -> None:
    endpoint = EndpointFactory.create(owner=owner)
    events = [logged(audience=(f"user:{owner.public_id}",)) for _ in range(3)]
    fan_out(events)
    Delivery.objects.filter(endpoint=endpoint).update(state="succeeded", due_at=None)

    assert fan_out(events) == 0

    assert Delivery.objects.filter(endpoint=endpoint).count() == 3
    assert not Delivery.objects.filter(state="pending").exists()


def test_audience_is_asked_once_per_batch(owner: User, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    house = BuildingFactory.create(owner__user=owner)
    EndpointFactory.create(owner=owner)
    events = [logged(audience=(f"building:{house.public_id}",)) for _ in range(100)]

    with django_assert_max_num_queries(8):
        assert fan_out(events) == 100
