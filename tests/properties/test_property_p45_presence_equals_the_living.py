"""P45: after the grace, presence is exactly who is connected, whatever joins, leaves and crashes.

Seen to fail with a sweeper that did not look again whether an entry had expired, with signs of
life that did not put back what Redis had forgotten, and with a leave that counted a user as
offline while another of their connections was open.
"""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import time_machine
from django.conf import settings
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from apps.kernel import clock
from apps.realtime.keeper import Keeper
from apps.realtime.presence import online_among, present_on
from apps.realtime.types import Presence
from apps.resilience.services import RedisRole, redis_client

NODES = ("a", "b", "c")
PEOPLE = tuple(uuid5(UUID(int=0), name) for name in ("olga", "tom", "sam"))
ROOMS = ("room:building:one", "room:building:two")
LONGEST_SILENCE = 30

nodes = st.sampled_from(NODES)
people = st.sampled_from(PEOPLE)
rooms = st.sampled_from(ROOMS)


class PresenceMachine(RuleBasedStateMachine):
    """Three nodes, three people with many phones, two rooms, one Redis that may forget."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._clock = time_machine.travel(datetime(2026, 11, 22, tzinfo=UTC), tick=False)
        self._time = self._clock.start()
        self._keepers = {name: self._keeper() for name in NODES}
        # Who is connected to which node, and where: what is so.
        self._living: dict[str, dict[str, tuple[Presence, set[str]]]] = defaultdict(dict)
        self._count = 0
        self._forgotten = False

    @initialize()
    def begin(self) -> None:
        self._forget()
        self._forgotten = False

    @override
    def teardown(self) -> None:
        self._clock.stop()
        for node in NODES:
            self._hang_up(node)
        self._loop.close()

    @rule(node=nodes, person=people, where=st.sets(rooms))
    def connect(self, node: str, person: UUID, where: set[str]) -> None:
        self._count += 1
        who = Presence(
            client_id=f"client-{self._count}",
            user_id=person,
            connected_at=clock.now(),
            node=node,
            info={},
        )
        places = {f"user:{person}", *where}
        self._living[node][who.client_id] = who, places
        for place in places:
            self._keepers[node].joined(place, who)
        self._write(node)

    @rule(node=nodes, choice=st.integers(0, 10))
    def leave(self, node: str, choice: int) -> None:
        here = self._living[node]
        if here:
            client_id = sorted(here)[choice % len(here)]
            _, places = here.pop(client_id)
            for place in places:
                self._keepers[node].left(place, client_id)
            self._write(node)

    @rule(node=nodes, choice=st.integers(0, 10), room=rooms)
    def change_room(self, node: str, choice: int, room: str) -> None:
        here = self._living[node]
        if here:
            who, places = here[sorted(here)[choice % len(here)]]
            if room in places:
                self._keepers[node].left(room, who.client_id)
            else:
                self._keepers[node].joined(room, who)
            places ^= {room}
            self._write(node)

    @rule(node=nodes)
    def crash(self, node: str) -> None:
        """Let a node die with all it had yet to write; its people come back elsewhere, or not."""
        self._living[node].clear()
        self._hang_up(node)
        self._keepers[node] = self._keeper()

    @rule(seconds=st.integers(1, LONGEST_SILENCE))
    def pass_time(self, seconds: int) -> None:
        self._time.shift(timedelta(seconds=seconds / 2))
        self.whoever_is_there_is_seen()
        self._time.shift(timedelta(seconds=seconds / 2))
        self.whoever_is_there_is_seen()
        self._beat()

    @rule(node=nodes)
    def sweep(self, node: str) -> None:
        self._run(self._keepers[node]._board.sweep())

    @rule()
    def redis_forgets(self) -> None:
        self._forget()

    @rule()
    def settle(self) -> None:
        """Let the grace pass, while the living give signs of life and somebody sweeps."""
        until = settings.REALTIME_PRESENCE_SECONDS + settings.REALTIME_OFFLINE_AFTER_SECONDS
        for _ in range(0, until + LONGEST_SILENCE, LONGEST_SILENCE):
            self.pass_time(LONGEST_SILENCE)
            self.sweep(NODES[0])

        for place in (*ROOMS, *(f"user:{person}" for person in PEOPLE)):
            assert {each.client_id for each in present_on(place)} == self._present(place)
        connected = {who.user_id for here in self._living.values() for who, _ in here.values()}
        assert online_among(PEOPLE) == connected

    @invariant()
    def whoever_is_there_is_seen(self) -> None:
        if not self._forgotten:
            for place in ROOMS:
                assert self._present(place) <= {each.client_id for each in present_on(place)}
            connected = {who.user_id for here in self._living.values() for who, _ in here.values()}
            assert connected <= online_among(PEOPLE)

    def _present(self, place: str) -> set[str]:
        return {
            client_id
            for here in self._living.values()
            for client_id, (_, places) in here.items()
            if place in places
        }

    def _beat(self) -> None:
        for node, here in self._living.items():
            alive = [(place, who) for who, places in here.values() for place in sorted(places)]
            self._run(self._keepers[node].renew(alive))
            self._write(node)
        self._forgotten = False

    def _write(self, node: str) -> None:
        keeper = self._keepers[node]
        while not keeper._changes.empty():
            self._run(keeper._apply(keeper._changes.get_nowait()))

    def _forget(self) -> None:
        redis = redis_client(RedisRole.ADMIN)
        names = redis.keys("mainstay:presence:*")
        if names:
            redis.delete(*names)
        self._forgotten = True

    def _keeper(self) -> Keeper:
        async def made() -> Keeper:
            return Keeper()

        return self._loop.run_until_complete(made())

    def _hang_up(self, node: str) -> None:
        self._run(self._keepers[node]._redis.aclose(close_connection_pool=True))

    def _run(self, work: object) -> None:
        self._loop.run_until_complete(work)  # type: ignore[arg-type]  # a coroutine


def test_property_p45_presence_equals_the_living() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        PresenceMachine,
        settings=hypothesis_settings(max_examples=100, stateful_step_count=25, deadline=None),
    )
