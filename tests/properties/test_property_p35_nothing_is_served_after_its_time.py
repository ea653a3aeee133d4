"""P35: nothing is served after its TTL, except as marked stale, and nothing forgotten ever."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from pytest_django import Settings

from apps.caching import refreshing
from apps.caching.errors import Absent
from apps.caching.failures import failed_lately
from apps.caching.layers import stack as stacks
from apps.caching.ledger import ledger
from apps.caching.ports import Namespace, namespaces
from apps.caching.services import (
    clear,
    forget,
    forget_matching,
    forget_tagged,
    remember,
)
from apps.caching.types import LayerName, Remembered
from apps.kernel import clock

MINUTE = timedelta(minutes=1)
NAMESPACES = [
    Namespace(name="p35.strict", title="", ttl=10 * MINUTE, absent_ttl=MINUTE),
    Namespace(name="p35.revalidated", title="", ttl=10 * MINUTE, stale_while_revalidate=5 * MINUTE),
    Namespace(name="p35.reserved", title="", ttl=10 * MINUTE, stale_if_error=60 * MINUTE),
    Namespace(
        name="p35.small",
        title="",
        ttl=5 * MINUTE,
        stale_while_revalidate=MINUTE,
        stale_if_error=2 * MINUTE,
        layers=(LayerName.MEMORY, LayerName.REDIS),
    ),
]
KEYS = ["a/1", "a/2", "b/1"]

of_namespaces = st.sampled_from(NAMESPACES)
of_keys = st.sampled_from(KEYS)
Place = tuple[str, str]


class UpstreamFailed(Exception):
    """What cannot be made now."""


@dataclass(frozen=True)
class Made:
    """When a value was made, and for how long it may be fresh."""

    at: datetime
    ttl: timedelta


class Lifetimes(RuleBasedStateMachine):
    """Callers who ask at any time, while values change, are forgotten, and layers vanish."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.moment = datetime(2026, 11, 22, tzinfo=clock.now().tzinfo)
        self.made: dict[int, Made] = {}
        self.forgotten_at: dict[Place, int] = {}
        self.number = 0
        for namespace in NAMESPACES:
            clear(namespace=namespace.name, reason="a new example")
        ledger.forget()
        self.vanish_memory()

    @rule(minutes=st.sampled_from([0.5, 1, 4.6, 5, 9.5, 10, 12, 15, 60, 70]))
    def time_passes(self, minutes: float) -> None:
        self.moment += minutes * MINUTE

    @rule(
        namespace=of_namespaces,
        key=of_keys,
        ttl=st.sampled_from([None, MINUTE]),
        upstream=st.sampled_from(["well", "well", "fails", "absent"]),
    )
    def somebody_asks(
        self, namespace: Namespace, key: str, ttl: timedelta | None, upstream: str
    ) -> None:
        def make() -> int:
            if upstream == "fails":
                raise UpstreamFailed
            if upstream == "absent":
                raise Absent
            self.number += 1
            self.made[self.number] = Made(self.moment, ttl or namespace.ttl)
            return self.number

        failed_lately.forget()
        with self.at_this_moment():
            try:
                found = remember(namespace, key, make, ttl=ttl, tags=(f"tag:{key[0]}",))
            except (UpstreamFailed, Absent):
                return
        self.judge(namespace, key, found)

    def judge(self, namespace: Namespace, key: str, found: Remembered[int]) -> None:
        made = self.made[found.value]
        assert found.value > self.forgotten_at.get((namespace.name, key), 0), "It was forgotten."
        age = self.moment - made.at
        assert abs(found.age_seconds - age.total_seconds()) < 0.001
        if not found.is_stale:
            assert age < made.ttl or found.layer is None, "Its time is over, and nobody is told."
        longest = max(namespace.stale_while_revalidate, namespace.stale_if_error)
        assert age < made.ttl + longest or found.layer is None, "It should be dead."

    @rule(namespace=of_namespaces, key=of_keys)
    def key_is_forgotten(self, namespace: Namespace, key: str) -> None:
        forget(namespace, key)
        self.note(lambda place: place == (namespace.name, key))

    @rule(namespace=of_namespaces)
    def pattern_is_forgotten(self, namespace: Namespace) -> None:
        forget_matching(namespace, "a/*")
        self.note(lambda place: place[0] == namespace.name and place[1].startswith("a/"))

    @rule()
    def tag_is_forgotten(self) -> None:
        forget_tagged("tag:b")
        self.note(lambda place: place[1].startswith("b"))

    @rule(namespace=of_namespaces)
    def namespace_is_cleared(self, namespace: Namespace) -> None:
        with patch.object(stacks.Stack, "clear"):
            # Nothing is freed: what is forgotten must count no more for all that.
            clear(namespace=namespace.name, reason="property")
        self.note(lambda place: place[0] == namespace.name)

    def note(self, is_met: Callable[[Place], bool]) -> None:
        places = [(namespace.name, key) for namespace in NAMESPACES for key in KEYS]
        self.forgotten_at |= dict.fromkeys(filter(is_met, places), self.number)

    @rule()
    def vanish_memory(self) -> None:
        stacks._stack.cache_clear()

    @rule()
    def process_restarts(self) -> None:
        stacks._stack.cache_clear()
        ledger.forget()

    @rule()
    def vanish_redis(self) -> None:
        cache.clear()

    @rule()
    def vanish_files(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    @rule()
    def files_are_torn(self) -> None:
        for path in self.folder.glob("entries/*/*/*"):
            path.write_bytes(path.read_bytes()[:-3])

    @contextmanager
    def at_this_moment(self) -> Iterator[None]:
        with patch.object(clock, "now", lambda: self.moment):
            yield


class _Here:
    def submit(self, work: object, *given: object) -> None:
        assert callable(work)
        work(*given)


@pytest.mark.django_db(transaction=True)
def test_property_p35_nothing_is_served_after_its_time(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is asked, forgotten and lost in whatever order, what is served is fresh or marked.

    Seen to fail with stale entries that are not marked, with a second lifetime that begins at the
    end of the first one of another entry, and with tags that are not looked at.
    """
    settings.CACHING_DIR = Lifetimes.folder = tmp_path / "caching"
    settings.CACHING_LEAST_FREE_BYTES = 0
    monkeypatch.setattr(namespaces, "_entries", {each.name: each for each in NAMESPACES})
    monkeypatch.setattr(refreshing, "_threads", _Here)
    monkeypatch.setattr(connection, "close", lambda: None)

    run_state_machine_as_test(Lifetimes, settings=_EXAMPLES)


_EXAMPLES = settings(max_examples=60, stateful_step_count=25, deadline=None)
