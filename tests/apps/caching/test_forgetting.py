"""Forgetting is a row in the caller's transaction; too many rows become one."""

from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from apps.caching import forgetting
from apps.caching.errors import UnknownNamespace
from apps.caching.layers.stack import address_of, forget_here, stack
from apps.caching.ledger import Ledger
from apps.caching.models import Invalidation
from apps.caching.ports import LONGEST_LIFE
from apps.caching.services import (
    clear,
    forget,
    forget_matching,
    forget_tagged,
    prune,
    remember,
)
from apps.caching.types import Scope
from apps.events.models import LogEntry
from apps.kernel import clock
from tests.apps.caching.samples import LENIENT, SMALL, STRICT, Maker, entry
from tests.own_redis import OwnRedis

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> set[tuple[str, str, str]]:
    return set(Invalidation.objects.values_list("scope", "namespace", "subject"))


def test_what_is_forgotten_is_written_down() -> None:
    forget(STRICT, "a", "b")
    forget_matching(STRICT, "c/*")
    forget_tagged("file:1")

    assert rows() == {
        ("key", STRICT.name, "a"),
        ("key", STRICT.name, "b"),
        ("pattern", STRICT.name, "c/*"),
        ("tag", "", "file:1"),
    }
    assert str(Invalidation.objects.get(scope=Scope.TAG)) == "tag file:1"


def test_it_is_the_callers_transaction() -> None:
    remember(STRICT, "key", Maker("old"))

    with transaction.atomic():
        forget(STRICT, "key")
        transaction.set_rollback(True)

    assert remember(STRICT, "key", Maker("new")).value == "old"
    assert not rows()


def test_cleared_namespace_is_forgotten_freed_and_announced() -> None:
    remember(STRICT, "key", Maker("old"))
    remember(LENIENT, "key", Maker("old"))

    clear(namespace=STRICT.name, reason="wrong colours")

    assert remember(STRICT, "key", Maker("new")).value == "new"
    assert remember(LENIENT, "key", Maker("new")).value == "old"
    told = LogEntry.objects.filter(topic="caching.cache.cleared").latest("position")
    assert told.payload == {"namespace": STRICT.name, "reason": "wrong colours"}


def test_what_is_forgotten_while_redis_is_dead_stays_forgotten_when_it_is_back(
    own_redis: OwnRedis, settings: Settings
) -> None:
    settings.REDIS_URL = own_redis.url
    remember(SMALL, "key", Maker("old"))
    own_redis.freeze()
    settings.REDIS_PATIENCE = 1
    forget(SMALL, "key")
    own_redis.thaw()
    settings.REDIS_PATIENCE = 20
    forget_here()
    assert stack().redis.get(SMALL.name, address_of(SMALL.name, "key")) is not None

    assert remember(SMALL, "key", Maker("new")).value == "new"


def test_unknown_namespace_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(UnknownNamespace, match=r"sample\.lenient, sample\.small, sample\.strict"):
        clear(namespace="sample.unknown", reason="no")

    assert not rows()


def test_what_can_meet_no_entry_any_more_is_deleted() -> None:
    forget(STRICT, "old", "new")
    long_ago = clock.now() - LONGEST_LIFE - timedelta(hours=2)
    Invalidation.objects.filter(subject="old").update(made_at=long_ago)

    prune()

    assert rows() == {("key", STRICT.name, "new")}


def test_too_many_rows_become_one_that_forgets_no_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MOST_KEPT", 3)
    ledger = Ledger()
    before = entry("a", seen=ledger.seen())
    forget(STRICT, "a", "b", "c", "d")
    forget(LENIENT, "a")

    prune()

    assert rows() == {("all", STRICT.name, ""), ("key", LENIENT.name, "a")}
    assert Ledger().has_forgotten(before)


def test_too_many_tags_become_one_row_for_each_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MOST_KEPT", 3)
    forget_tagged("a", "b", "c", "d")

    prune()

    assert {scope for scope, _, _ in rows()} == {"all"}
    assert {STRICT.name, LENIENT.name} <= {namespace for _, namespace, _ in rows()}
