"""Layers are looked through from above and filled from below; each may vanish."""

from pathlib import Path

import pytest
from django.core.cache import cache
from prometheus_client import REGISTRY

from apps.caching.entries import Age, Entry, Form
from apps.caching.layers.stack import Found, address_of, forget_here, stack
from apps.caching.ledger import ledger
from apps.caching.ports import Namespace
from apps.caching.types import LayerName
from tests.apps.caching.conftest import Hands
from tests.apps.caching.samples import LENIENT, SMALL, STRICT, entry

pytestmark = pytest.mark.django_db


def kept(namespace: Namespace = STRICT, **known: object) -> Entry:
    """Keep an entry in every layer."""
    known = {"namespace": namespace.name, "seen": ledger.seen()} | known
    made = entry(**known)  # type: ignore[arg-type]  # as the entry's own
    stack().put(namespace, made)
    return made


def found(namespace: Namespace = STRICT) -> Found:
    there = stack().find(namespace, "key")
    assert there is not None
    return there


def test_uppermost_layer_answers_and_those_below_fill_it() -> None:
    kept()
    assert found().layer is LayerName.MEMORY

    forget_here()
    assert found().layer is LayerName.REDIS
    assert found().layer is LayerName.MEMORY

    forget_here()
    cache.clear()
    assert found().layer is LayerName.FILES
    forget_here()
    assert found().layer is LayerName.REDIS


def test_large_entry_comes_from_files_after_a_forget_here() -> None:
    kept(body=b"x" * 100_000)

    forget_here()

    assert found().layer is LayerName.FILES


def test_namespace_keeps_only_in_its_layers(folder: Path) -> None:
    kept(SMALL)

    assert not (folder / "entries").exists()
    assert found(SMALL).layer is LayerName.MEMORY


def test_layer_that_does_not_take_an_entry_keeps_none_before_it(folder: Path) -> None:
    kept(body=b"small enough for Redis")
    kept(body=b"x" * 100_000)
    assert stack().redis.state().entries == 0

    kept(form=Form.ABSENT, body=b"")

    assert not list(folder.glob("entries/*/*/*"))


def test_what_another_process_made_since_is_found_below_a_stale_one(hands: Hands) -> None:
    old = kept(LENIENT, lives=5, stale_until=hands.moment.timestamp() + 600)
    hands.move(seconds=10)
    stack().redis.put(
        address_of(LENIENT.name, "key"), entry(namespace=LENIENT.name, seen=old.seen, body=b"new")
    )

    assert (found(LENIENT).age, found(LENIENT).entry.body) == (Age.FRESH, b"new")


def test_latest_of_stale_ones_is_taken(hands: Hands) -> None:
    moment = hands.moment.timestamp()
    old = kept(LENIENT, fresh_until=moment - 5, stale_until=moment + 600)
    newer = entry(
        namespace=LENIENT.name,
        seen=old.seen,
        made_at=moment + 1,
        fresh_until=moment - 1,
        stale_until=moment + 600,
    )
    stack().redis.put(address_of(LENIENT.name, "key"), newer)

    assert found(LENIENT).entry == newer
    assert found(LENIENT).age is Age.STALE


def test_dead_entry_is_not_found_and_let_go(hands: Hands) -> None:
    kept(lives=5)
    hands.move(seconds=5)

    assert stack().find(STRICT, "key") is None
    assert stack().memory.state().entries == 0


def test_entry_of_another_key_is_not_believed() -> None:
    made = entry("another", seen=ledger.seen())
    stack().files.put(address_of(STRICT.name, "key"), made)

    assert stack().find(STRICT, "key") is None


def test_cleared_namespace_is_gone_from_every_layer() -> None:
    kept()
    kept(LENIENT)

    stack().clear(STRICT.name)

    assert stack().find(STRICT, "key") is None
    assert found(LENIENT).layer is LayerName.MEMORY


def test_without_postgresql_for_long_answers_are_marked_or_not_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept(STRICT)
    kept(LENIENT)
    monkeypatch.setattr(ledger, "is_trusted", lambda: False)

    assert stack().find(STRICT, "key") is None
    assert found(LENIENT).age is Age.STALE
    assert not found(LENIENT).is_over


def test_hits_and_misses_are_counted_by_layer() -> None:
    def count(metric: str, layer: str) -> float:
        labels = {"layer": layer, "namespace": STRICT.name}
        return REGISTRY.get_sample_value(f"mainstay_caching_{metric}_total", labels) or 0.0

    kept(form=Form.JSON, body=b"1")
    forget_here()
    before = [count("misses", "memory"), count("hits", "redis"), count("misses", "files")]

    found()

    after = [count("misses", "memory"), count("hits", "redis"), count("misses", "files")]
    assert [a - b for a, b in zip(after, before, strict=True)] == [1, 1, 0]
