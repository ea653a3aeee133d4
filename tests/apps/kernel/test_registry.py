"""Registries hold named things once and list them in order."""

from dataclasses import dataclass

import pytest

from apps.kernel.registry import Registry


@dataclass(frozen=True)
class Bell:
    name: str


def test_entries_are_found_by_name_and_walked_in_order() -> None:
    bells: Registry[Bell] = Registry("bell")
    south, north = bells.register(Bell("south")), bells.register(Bell("north"))

    assert list(bells) == [north, south]
    assert bells.get("south") is south
    assert bells.get("west") is None
    assert "north" in bells
    assert len(bells) == 2


def test_name_is_taken_only_once() -> None:
    bells: Registry[Bell] = Registry("bell")
    bells.register(Bell("north"))

    with pytest.raises(ValueError, match="bell named 'north' is already registered"):
        bells.register(Bell("north"))
