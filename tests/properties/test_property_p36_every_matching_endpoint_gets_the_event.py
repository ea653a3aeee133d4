"""P36: each matching live endpoint gets the event at least once, signed; the others never."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook

from apps.accounts.models import User
from apps.events.types import LoggedEvent
from apps.kernel import clock
from apps.webhooks.courier import Courier
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.secrets import opened
from apps.webhooks.services import deliver_due, fan_out, rotate_secret
from apps.webhooks.services.claiming import claim_due
from apps.webhooks.signing import shown
from tests.factories.accounts import UserFactory
from tests.factories.buildings import BuildingFactory, MemberFactory
from tests.factories.webhooks import EndpointFactory, logged
from tests.hostile_server import (
    Behaviour,
    HostileServer,
    Request,
    answering,
    hostile_server,
    reset,
)

pytestmark = pytest.mark.django_db

TOPICS = ["buildings.unit.added", "buildings.unit.removed", "keyring.key.added"]
# The last two nobody can subscribe to; they stand for what is only like a beginning.
PATTERNS = [
    *(*TOPICS, "*", "buildings.unit.*", "buildings.*", "keyring.*", "keyring.key.*"),
    *("buildings.unit.add", "buildings.un*"),
]
BROKEN = 0


@dataclass(frozen=True)
class Listener:
    """An endpoint to be: whose, what for, and how it answers before it answers well."""

    owner: int
    patterns: frozenset[str]
    hears_everything: bool
    is_enabled: bool
    # None of these changes who gets what.
    is_ordered: bool
    rate_per_second: int | None
    secrets: int
    failures: tuple[int, ...]


@dataclass(frozen=True)
class Happening:
    """An event to be: its topic, and which of the scopes below may hear it."""

    topic: str
    scopes: frozenset[int]


# Scopes: user 0, user 1, the house of user 0, the house of both. Who belongs to which:
MEMBERS = [{0}, {1}, {0}, {0, 1}]

listeners = st.builds(
    Listener,
    owner=st.integers(0, 1),
    patterns=st.frozensets(st.sampled_from(PATTERNS), min_size=1, max_size=2),
    hears_everything=st.sampled_from([False, False, True]),
    is_enabled=st.sampled_from([True, True, False]),
    is_ordered=st.booleans(),
    rate_per_second=st.sampled_from([None, None, 1000]),
    secrets=st.integers(1, 3),
    failures=st.lists(st.sampled_from([500, 429, 503, 302, 404, BROKEN]), max_size=3).map(tuple),
)
happenings = st.builds(
    Happening,
    topic=st.sampled_from(TOPICS),
    scopes=st.frozensets(st.integers(0, 3), min_size=1, max_size=2),
)


@pytest.fixture
def partner(settings: Settings) -> Iterator[HostileServer]:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    with hostile_server() as server:
        yield server


@hypothesis_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    endpoints=st.lists(listeners, min_size=1, max_size=5),
    events=st.lists(happenings, min_size=1, max_size=6),
    replays=st.integers(1, 2),
    killed_runs=st.integers(0, 2),
)
def test_property_p36_every_matching_endpoint_gets_the_event(
    partner: HostileServer,
    endpoints: list[Listener],
    events: list[Happening],
    replays: int,
    killed_runs: int,
) -> None:
    """Events are replayed, receivers fail first, and workers die between POST and record.

    Seen to fail with the audience not asked, with patterns heard by the beginnings of words,
    with disabled endpoints heard, with deliveries taken for done when they are claimed, with a
    timestamp that is not the signed one, with the secret of another endpoint, with the newest
    secret alone, and with a replay that replaces what is there.
    """
    partner.requests.clear()
    with transaction.atomic():
        world = _World(partner, endpoints)
        told = [(happening, world.event(happening)) for happening in events]

        for _ in range(replays):
            fan_out([event for _, event in told])
        for _ in range(killed_runs):
            world.run_and_die()
        world.run_until_done()

        for listener, endpoint in world.endpoints:
            sent = world.sent_to(endpoint)
            meant = {str(event.event_id) for each, event in told if _hears(listener, each)}
            assert set(sent) == meant
            assert {request.headers["webhook-id"] for request in world.taken_by(endpoint)} == meant
            _assert_signed(sent, endpoint)
        transaction.set_rollback(True)


class _World:
    """Two users with a house of the first and one of both, and endpoints at one partner."""

    def __init__(self, partner: HostileServer, endpoints: list[Listener]) -> None:
        self._partner = partner
        users = [UserFactory.create(), UserFactory.create()]
        own, shared = (BuildingFactory.create(owner__user=users[0]) for _ in range(2))
        MemberFactory.create(building=shared, user=users[1])
        self._scopes = [
            *(f"user:{user.public_id}" for user in users),
            *(f"building:{house.public_id}" for house in (own, shared)),
        ]
        self.endpoints = [(each, self._endpoint(each, users)) for each in endpoints]
        failures = {e.public_id.hex: list(each.failures) for each, e in self.endpoints}
        self._taken: list[Request] = []
        partner.behave = _failing_first(failures, taken=self._taken)

    def event(self, happening: Happening) -> LoggedEvent:
        audience = tuple(self._scopes[scope] for scope in sorted(happening.scopes))
        return logged(happening.topic, audience=audience, text="Tür")

    def run_and_die(self) -> None:
        """Claim and send as a worker does that is killed before it records anything."""
        parcels = claim_due(limit=500, rooms={})
        answered = 0
        with Courier() as courier:
            courier.send(parcels)
            while answered < len(parcels):
                answered += len(courier.collect(wait_seconds=5, gather_seconds=0, most=500))
        self._fall_due()

    def run_until_done(self) -> None:
        for _ in range(6):
            deliver_due()
            self._fall_due()
        assert not Delivery.objects.filter(state="pending").exists()

    def sent_to(self, endpoint: Endpoint) -> dict[str, list[Request]]:
        """Every request to an endpoint, by webhook-id."""
        sent = defaultdict(list)
        for request in _requests_to(endpoint, self._partner.requests):
            sent[request.headers["webhook-id"]].append(request)
        return sent

    def taken_by(self, endpoint: Endpoint) -> list[Request]:
        """The requests that the endpoint answered with 200."""
        return _requests_to(endpoint, self._taken)

    def _endpoint(self, listener: Listener, users: list[User]) -> Endpoint:
        endpoint = EndpointFactory.create(
            owner=users[listener.owner],
            event_types=sorted(listener.patterns),
            hears_everything=listener.hears_everything,
            state="enabled" if listener.is_enabled else "disabled",
            is_ordered=listener.is_ordered,
            rate_per_second=listener.rate_per_second,
        )
        for _ in range(listener.secrets - 1):
            rotate_secret(endpoint_id=endpoint.public_id, grace=timedelta(hours=1))
        endpoint.url = f"http://127.0.0.1:{self._partner.port}/{endpoint.public_id.hex}"
        endpoint.save()
        return endpoint

    def _fall_due(self) -> None:
        Delivery.objects.filter(state="pending").update(due_at=clock.now(), lease_token=None)
        Endpoint.objects.update(paused_until=None)


def _requests_to(endpoint: Endpoint, requests: list[Request]) -> list[Request]:
    return [request for request in requests if request.path == f"/{endpoint.public_id.hex}"]


def _failing_first(failures: dict[str, list[int]], *, taken: list[Request]) -> Behaviour:
    """Answer each path with its failures first, and then with 200."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        left = failures[request.path.removeprefix("/")]
        status = left.pop(0) if left else 200
        if status == 200:
            taken.append(request)
        await (reset if status == BROKEN else answering(status))(request, writer)

    return behave


def _hears(listener: Listener, happening: Happening) -> bool:
    """Say, in other words than the code's, whether the endpoint is to get the event."""
    if not listener.is_enabled:
        return False
    words = happening.topic.split(".")
    is_subscribed = any(
        all(wanted in {"*", word} for wanted, word in zip(pattern.split("."), words, strict=False))
        and (pattern.endswith("*") or len(pattern.split(".")) == len(words))
        for pattern in listener.patterns
    )
    may_hear = any(listener.owner in MEMBERS[scope] for scope in happening.scopes)
    return is_subscribed and (listener.hears_everything or may_hear)


def _assert_signed(sent: dict[str, list[Request]], endpoint: Endpoint) -> None:
    webhooks = [Webhook(shown(opened(secret))) for secret in endpoint.secrets.all()]
    for message_id, requests in sent.items():
        assert len({request.body for request in requests}) == 1, message_id
        for request in requests:
            for webhook in webhooks:
                assert webhook.verify(request.body, request.headers)["data"] == {"text": "Tür"}
