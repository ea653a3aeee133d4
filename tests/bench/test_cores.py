"""What is measured has a core alone where there are enough."""

import pytest

from bench.cores import Cores, divided, pinned


def test_measured_process_load_and_stores_have_cores_of_their_own() -> None:
    cores = divided([0, 1, 2, 3])

    assert cores == Cores(measured=3, load=2, stores=frozenset({0, 1}))
    assert cores.are_apart


@pytest.mark.parametrize("available", [[5], [0, 1]])
def test_few_cores_are_shared(available: list[int]) -> None:
    cores = divided(available)

    assert {cores.measured, cores.load, *cores.stores} == set(available)


def test_one_core_is_not_apart() -> None:
    assert not divided([0]).are_apart


def test_pinned_command_runs_on_its_core() -> None:
    assert pinned(2, ["true"]) == ["taskset", "--cpu-list", "2", "true"]
