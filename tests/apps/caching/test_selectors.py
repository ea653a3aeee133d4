"""What is remembered can be looked at without making it; layers tell how they are."""

import pytest

from apps.caching.errors import Absent
from apps.caching.layers.stack import stack
from apps.caching.ledger import ledger
from apps.caching.selectors import forgetting_mark, kept_file, layers, look_up, storage
from apps.caching.services import clean, forget_tagged, remember
from apps.caching.types import LayerName
from tests.apps.caching.conftest import Hands
from tests.apps.caching.samples import LENIENT, SMALL, STRICT, Maker, entry

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


@pytest.mark.django_db(transaction=True)
def test_mark_changes_with_whatever_is_forgotten_and_with_nothing_else() -> None:
    before = forgetting_mark()
    assert before is not None
    remember(STRICT, "key", Maker("made"))
    assert forgetting_mark() == before

    forget_tagged("tag")

    assert forgetting_mark() not in {before, None}


def test_there_is_no_mark_while_nobody_knows_what_was_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ledger, "_read", lambda: None)

    assert forgetting_mark() is None


def test_bytes_are_found_where_a_server_in_front_can_read_them(hands: Hands) -> None:
    assert kept_file(LENIENT, "key") is None
    remember(LENIENT, "key", Maker(b"x" * 5000))

    fresh = kept_file(LENIENT, "key")
    hands.move(minutes=10)
    stale = kept_file(LENIENT, "key")

    assert fresh is not None
    assert stale is not None
    assert fresh.path == stack().files.entries_folder / fresh.name
    assert fresh.path.read_bytes() == b"x" * 5000
    assert (fresh.size_bytes, fresh.is_stale, stale.is_stale) == (5000, False, True)
    hands.move(minutes=10)
    assert kept_file(LENIENT, "key") is None


@pytest.mark.django_db(transaction=True)
def test_bytes_that_are_forgotten_are_not_found() -> None:
    remember(STRICT, "key", Maker(b"x" * 5000), tags=["tag"])
    found = kept_file(STRICT, "key")
    assert found is not None

    forget_tagged("tag")

    assert kept_file(STRICT, "key") is None
    assert not found.path.exists()


def test_bytes_kept_in_no_file_of_their_own_are_not_found() -> None:
    remember(STRICT, "json", Maker("x" * 5000))
    remember(STRICT, "small", Maker(b"x"))
    remember(SMALL, "elsewhere", Maker(b"x" * 5000))

    assert kept_file(STRICT, "json") is None
    assert kept_file(STRICT, "small") is None
    assert kept_file(SMALL, "elsewhere") is None


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
