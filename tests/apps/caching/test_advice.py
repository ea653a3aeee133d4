"""The admin advises on what is wrong, and on nothing else."""

import pytest

from apps.caching.advice import advice
from apps.caching.types import LayerName, LayerState, Pressure, Removal, Removed, Storage
from apps.kernel import clock


def layer(name: LayerName, *, size: int = 0, is_resting: bool = False) -> LayerState:
    return LayerState(name=name, entries=0, size_bytes=size, limit_bytes=100, is_resting=is_resting)


def storage(
    pressure: Pressure = Pressure.WARNING, removed: dict[Removal, Removed] | None = None
) -> Storage:
    return Storage(
        at=clock.now(),
        pressure=pressure,
        entries=0,
        size_bytes=0,
        limit_bytes=100,
        free_bytes=0,
        by_namespace={},
        removed=removed or {},
    )


def test_where_all_is_well_nothing_is_advised() -> None:
    well = [layer(name, size=90) for name in LayerName]

    assert advice(well, None) == []
    assert advice(well, storage(removed={Removal.EVICTED: Removed(files=1, size_bytes=5)})) == []


@pytest.mark.parametrize(
    ("layers", "found", "words"),
    [
        ([layer(LayerName.REDIS, is_resting=True)], None, "Redis does not answer"),
        ([layer(LayerName.FILES, is_resting=True)], None, "STATE_DIR"),
        ([layer(LayerName.REDIS, size=99)], None, "CACHING_REDIS_MIB"),
        ([], storage(Pressure.FULL), "disk is nearly full"),
        ([], storage(removed={Removal.EVICTED: Removed(size_bytes=11)}), "CACHING_FILES_MIB"),
        ([], storage(removed={Removal.STRAY: Removed(files=1)}), "shared with something else"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    layers: list[LayerState], found: Storage | None, words: str
) -> None:
    (line,) = advice(layers, found)

    assert words in line
