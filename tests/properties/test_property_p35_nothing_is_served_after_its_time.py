"""P35: nothing is served after its TTL, except as marked stale, and nothing forgotten ever."""

import shutil
from collections.abc import Callable
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
from apps.caching.layers.stack import Stack, forget_here
from apps.caching.ledger import ledger
from apps.caching.models import Invalidation
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
KEYS = ["a/1", "b/1"]
PLACES = [(namespace.name, key) for namespace in NAMESPACES for key in KEYS]
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
        Invalidation.objects.all().delete()
        for part in ("files", "redis", "memory", "what was forgotten"):
            self.something_vanishes(part)

    @rule(
        after=st.sampled_from([0, 1, 4.6, 6, 9.5, 10, 14, 60]),
        key=st.sampled_from(KEYS),
        ttl=st.sampled_from([None, None, MINUTE]),
        upstream=st.sampled_from(["well", "well", "fails", "absent"]),
    )
    def somebody_asks(self, after: float, key: str, ttl: timedelta | None, upstream: str) -> None:
        self.moment += after * MINUTE
        for namespace in NAMESPACES:
            with patch.object(clock, "now", lambda: self.moment):
                found = self.answer(namespace, key, ttl, upstream)
            if found:
                self.judge(namespace, key, found)

    def answer(
        self, namespace: Namespace, key: str, ttl: timedelta | None, upstream: str
    ) -> Remembered[int] | None:
        def make() -> int:
            if upstream == "fails":
                raise UpstreamFailed
            if upstream == "absent":
                raise Absent
            self.number += 1
            self.made[self.number] = Made(self.moment, ttl or namespace.ttl)
            return self.number

        failed_lately.forget()
        try:
            return remember(namespace, key, make, ttl=ttl, tags=(f"tag:{key[0]}",))
        except (UpstreamFailed, Absent):
            return None

    def judge(self, namespace: Namespace, key: str, found: Remembered[int]) -> None:
        made = self.made[found.value]
        assert found.value > self.forgotten_at.get((namespace.name, key), 0), "It was forgotten."
        age = self.moment - made.at
        assert abs(found.age_seconds - age.total_seconds()) < 0.001
        assert found.is_stale or age < made.ttl, "Its time is over, and nobody is told."
        stale = max(namespace.stale_while_revalidate, namespace.stale_if_error)
        assert age < made.ttl + stale, "It should be dead."

    @rule(
        namespace=st.sampled_from(NAMESPACES),
        scope=st.sampled_from(["key", "pattern", "tag", "namespace"]),
    )
    def something_is_forgotten(self, namespace: Namespace, scope: str) -> None:
        if scope == "key":
            forget(namespace, "b/1")
            self.note(lambda place: place == (namespace.name, "b/1"))
        elif scope == "pattern":
            forget_matching(namespace, "a/*")
            self.note(lambda place: place == (namespace.name, "a/1"))
        elif scope == "tag":
            forget_tagged("tag:b")
            self.note(lambda place: place[1] == "b/1")
        else:
            # Nothing is freed: it must count no more for all that.
            with patch.object(Stack, "clear"):
                clear(namespace=namespace.name, reason="property")
            self.note(lambda place: place[0] == namespace.name)

    def note(self, is_met: Callable[[Place], bool]) -> None:
        self.forgotten_at |= dict.fromkeys(filter(is_met, PLACES), self.number)

    @rule(part=st.sampled_from(["memory", "redis", "files", "torn", "what was forgotten"]))
    def something_vanishes(self, part: str) -> None:
        if part == "memory":
            forget_here()
        elif part == "redis":
            cache.clear()
        elif part == "files":
            shutil.rmtree(self.folder, ignore_errors=True)
        elif part == "torn":
            for path in self.folder.glob("entries/*/*/*"):
                path.write_bytes(path.read_bytes()[:-3])
        else:
            ledger.forget()


class _Here:
    def submit(self, work: object, *given: object) -> None:
        assert callable(work)
        work(*given)


@pytest.mark.django_db(transaction=True)
def test_property_p35_nothing_is_served_after_its_time(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is asked, forgotten and lost in whatever order, what is served is fresh or marked.

    Seen to fail with stale entries that are not marked, with dead ones that are served, and with
    tags, patterns or whole namespaces that are not looked at.
    """
    settings.CACHING_DIR = Lifetimes.folder = tmp_path / "caching"
    settings.CACHING_LEAST_FREE_BYTES = 0
    monkeypatch.setattr(namespaces, "_entries", {each.name: each for each in NAMESPACES})
    monkeypatch.setattr(refreshing, "_threads", _Here)
    monkeypatch.setattr(connection, "close", lambda: None)

    run_state_machine_as_test(Lifetimes, settings=_EXAMPLES)


_EXAMPLES = settings(max_examples=150, stateful_step_count=20, deadline=None)
