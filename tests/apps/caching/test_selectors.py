"""What is remembered can be looked at without making it; layers tell how they are."""

import pytest

from apps.caching.errors import Absent
from apps.caching.layers.stack import stack
from apps.caching.selectors import layers, look_up, storage
from apps.caching.services import clean, remember
from apps.caching.types import LayerName
from tests.apps.caching.conftest import Hands
from tests.apps.caching.samples import LENIENT, STRICT, Maker, entry

pytestmark = pytest.mark.django_db


def test_look_up_finds_what_is_there_and_marks_what_is_stale(hands: Hands) -> None:
    assert look_up(LENIENT, "key") is None
    remember(LENIENT, "key", Maker("made"))

    fresh = look_up(LENIENT, "key")
    hands.move(minutes=10)
    stale = look_up(LENIENT, "key")
    hands.move(minutes=10)

    assert fresh is not None
    assert stale is not None
    assert (fresh.value, fresh.is_stale, fresh.layer) == ("made", False, LayerName.MEMORY)
    assert (stale.value, stale.is_stale) == ("made", True)
    assert look_up(LENIENT, "key") is None


def test_look_up_finds_no_absence() -> None:
    with pytest.raises(Absent):
        remember(STRICT, "key", Maker(Absent()))

    assert look_up(STRICT, "key") is None


def test_layers_tell_how_full_they_are() -> None:
    remember(STRICT, "key", Maker(b"x" * 5000))
    clean()

    states = layers()

    assert [state.name for state in states] == list(LayerName)
    assert all(state.entries == 1 for state in states)
    assert all(5000 < state.size_bytes < state.limit_bytes for state in states)
    assert not any(state.is_resting for state in states)
    found = storage()
    assert found is not None
    assert found.entries == 1


def test_before_the_first_sweep_files_are_unknown() -> None:
    stack().files.put("a" * 64, entry())

    assert storage() is None
    assert layers()[-1].entries == 0
