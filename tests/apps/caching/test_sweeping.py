"""A sweep lets go of what is dead, unused or left over, and of what is worth least at the limit."""

from datetime import timedelta
from pathlib import Path

import pytest

from apps.caching.inventory import Item, items
from apps.caching.layers.files import Files
from apps.caching.layers.stack import address_of, stack
from apps.caching.popularity import Worth
from apps.caching.ports import Namespace, namespaces
from apps.caching.sweeping import (
    Limits,
    bytes_to_free,
    carry_out,
    plan,
    pressure,
    sizes_by_namespace,
    told,
)
from apps.caching.types import Pressure, Removal, Removed
from apps.kernel import clock
from tests.apps.caching.samples import STRICT, entry

AMPLE = Limits(limit_bytes=10**9, least_free_bytes=0)
FREE = 10**12
HOUR = 3600.0


@pytest.fixture
def files() -> Files:
    return stack().files


def keep(files: Files, key: str, **known: object) -> str:
    made = entry(key, **known)  # type: ignore[arg-type]  # as the entry's own
    address = address_of(made.namespace, key)
    files.put(address, made)
    return address


def planned(
    files: Files,
    *,
    limits: Limits = AMPLE,
    known: dict[str, Worth] | None = None,
    after: float = 0.0,
    free_bytes: int = FREE,
) -> dict[Removal, list[str]]:
    found = plan(
        list(items(files.entries_folder)),
        known or {},
        limits,
        free_bytes=free_bytes,
        moment=clock.now().timestamp() + after,
    )
    return {reason: [item.address for item in gone] for reason, gone in found.items()}


def test_what_is_dead_goes(files: Files) -> None:
    dead = keep(files, "dead", lives=60)
    keep(files, "alive", lives=2 * HOUR)

    assert planned(files, after=HOUR) == {Removal.EXPIRED: [dead]}
    assert planned(files) == {}


def test_what_nobody_asked_for_in_time_goes(files: Files) -> None:
    namespace = Namespace(
        name="sample.short", title="", ttl=timedelta(days=9), keeps_unused=timedelta(hours=1)
    )
    namespaces.register(namespace)
    unused, used = (
        keep(files, key, namespace=namespace.name, lives=9 * 24 * HOUR) for key in ("a", "b")
    )
    known = {used: Worth(namespace.name, "b", 1.0, clock.now().timestamp() + HOUR)}

    assert planned(files, known=known, after=1.5 * HOUR) == {Removal.UNUSED: [unused]}


def test_what_was_never_finished_goes_once_nobody_can_be_writing_it(files: Files) -> None:
    address = keep(files, "key", lives=9 * HOUR)
    half = next(iter(files.entries_folder.glob("*/*"))) / f"{address}.1.part"
    half.write_bytes(b"half")

    assert planned(files, after=HOUR / 2) == {}
    assert planned(files, after=2 * HOUR) == {Removal.LEFTOVER: [""]}


def test_what_belongs_to_no_namespace_goes(files: Files) -> None:
    stray = keep(files, "key", namespace="sample.former")
    (files.entries_folder / "readme").write_text("put here by somebody")

    assert sorted(planned(files)[Removal.STRAY]) == ["", stray]


def test_at_the_limit_what_is_worth_least_goes_until_80_percent_are_left(files: Files) -> None:
    moment = clock.now().timestamp()
    addresses = [keep(files, str(number), body=b"x" * 90_000) for number in range(10)]
    known = {
        address: Worth(STRICT.name, "", float(hits), moment)
        for hits, address in enumerate(addresses)
    }
    size = sum(item.size_bytes for item in items(files.entries_folder))
    limits = Limits(limit_bytes=size, least_free_bytes=0)

    assert planned(files, limits=limits, known=known) == {Removal.EVICTED: addresses[:2]}
    assert planned(files, limits=Limits(limit_bytes=size + 1, least_free_bytes=0)) == {}


def test_what_was_dear_to_make_stays(files: Files) -> None:
    cheap = [keep(files, str(number), body=b"x" * 90_000) for number in range(8)]
    dear = [keep(files, f"d{n}", body=b"x" * 90_000, cost_seconds=9.0) for n in range(2)]
    limits = Limits(limit_bytes=200_000, least_free_bytes=0)

    gone = planned(files, limits=limits)[Removal.EVICTED]

    assert set(cheap) <= set(gone)
    assert len(set(dear) & set(gone)) == 1


def test_disk_gets_back_what_it_lacks(files: Files) -> None:
    for number in range(4):
        keep(files, str(number), body=b"x" * 90_000)
    limits = Limits(limit_bytes=10**9, least_free_bytes=100_000)

    assert len(planned(files, limits=limits, free_bytes=50_000)[Removal.EVICTED]) == 1
    assert len(planned(files, limits=limits, free_bytes=-(10**9))[Removal.EVICTED]) == 4


def test_bytes_that_no_entry_names_go_after_a_minute(files: Files) -> None:
    keep(files, "key", body=b"x" * 90_000)
    keep(files, "key", body=b"y" * 90_000)

    assert planned(files) == {}
    assert list(planned(files, after=61.0)) == [Removal.LEFTOVER]


def test_entry_goes_with_its_bytes(files: Files) -> None:
    keep(files, "key", body=b"x" * 90_000)
    found = plan(
        list(items(files.entries_folder)),
        {},
        Limits(limit_bytes=1, least_free_bytes=0),
        free_bytes=FREE,
        moment=clock.now().timestamp(),
    )

    (removed,) = carry_out(found).values()

    assert removed.files == 1
    assert removed.size_bytes > 90_000
    assert not list(items(files.entries_folder))


def item(size: int) -> Item:
    return Item(
        path=Path("a"), namespace="n", address="a", size_bytes=size, dead_at=0, written_at=0
    )


@pytest.mark.parametrize(
    ("size", "free", "expected"),
    [(999, FREE, 0), (1000, FREE, 200), (1500, FREE, 700), (500, 90, 10), (5, 0, 5), (0, 0, 0)],
)
def test_how_much_has_to_go(size: int, free: int, expected: int) -> None:
    limits = Limits(limit_bytes=1000, least_free_bytes=100)

    assert bytes_to_free([item(size)], limits, free_bytes=free) == expected


@pytest.mark.parametrize(
    ("size", "free", "expected"),
    [
        (0, FREE, Pressure.CALM),
        (800, FREE, Pressure.WARNING),
        (1000, FREE, Pressure.CRITICAL),
        (0, 99, Pressure.FULL),
    ],
)
def test_how_close_it_is_to_its_limits(size: int, free: int, expected: Pressure) -> None:
    limits = Limits(limit_bytes=1000, least_free_bytes=100)

    assert pressure(size, limits, free_bytes=free) is expected


def test_what_is_carried_out_is_what_was_told(files: Files) -> None:
    keep(files, "dead", lives=-1)
    keep(files, "gone meanwhile", lives=-1)
    found = list(items(files.entries_folder))
    to_go = plan(found, {}, AMPLE, free_bytes=FREE, moment=clock.now().timestamp())
    told_before = told(to_go)
    found[0].path.unlink()

    removed = carry_out(to_go)

    assert told_before[Removal.EXPIRED].files == 2
    assert removed == {Removal.EXPIRED: Removed(files=1, size_bytes=found[1].size_bytes)}
    assert not list(items(files.entries_folder))


def test_sizes_are_added_up_by_namespace() -> None:
    assert sizes_by_namespace([item(1), item(2)]) == {"n": 3}
