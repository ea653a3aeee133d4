"""What is asked for is counted in each process and gathered on the host; old fame fades."""

from pathlib import Path

import pytest

from apps.caching import popularity
from apps.caching.popularity import (
    HALF_LIFE_SECONDS,
    Tally,
    Worth,
    faded,
    gather,
    gathered,
    most_asked,
    tell,
)


def asked(**times: int) -> dict[str, Worth]:
    tally = Tally()
    for key, count in times.items():
        for _ in range(count):
            tally.count(key, "sample.strict", key)
    return tally.take(1000.0)


def test_tally_begins_anew_once_it_was_taken() -> None:
    tally = Tally()
    tally.count("a", "sample.strict", "key")

    assert tally.take(5.0) == {"a": Worth("sample.strict", "key", 1.0, 5.0)}
    assert tally.take(5.0) == {}


def test_answers_that_were_given_elsewhere_count_as_often() -> None:
    tally = Tally()
    tally.count("a", "sample.strict", "key", times=3)
    tally.count("a", "sample.strict", "key", times=2)

    assert tally.take(5.0)["a"].score == 5.0


def test_tally_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(popularity, "_MOST_TALLIED", 2)

    assert set(asked(a=1, b=1, c=1)) == {"a", "b"}


def test_what_processes_tell_is_added_up_once(folder: Path) -> None:
    for counted in (asked(a=2, b=1), asked(a=3), {}):
        tell(folder, counted)

    gather(folder, 1000.0)
    known = gather(folder, 1000.0)

    assert {address: worth.score for address, worth in known.items()} == {"a": 5.0, "b": 1.0}
    assert gathered(folder) == known
    assert not list((folder / "asked").iterdir())


def test_hits_fade() -> None:
    assert faded(0) == 1
    assert faded(-5) == 1
    assert faded(HALF_LIFE_SECONDS) == 0.5
    assert Worth("n", "k", 8.0, 0.0).score_at(3 * HALF_LIFE_SECONDS) == 1.0


def test_most_asked_for_come_first_and_yesterdays_fade() -> None:
    known = {
        "old": Worth("n", "old", 100.0, 0.0),
        "new": Worth("n", "new", 10.0, 10 * HALF_LIFE_SECONDS),
    }

    most = most_asked(known, 10 * HALF_LIFE_SECONDS, limit=5)

    assert [each.key for each in most] == ["new", "old"]
    assert len(most_asked(known, 0.0, limit=1)) == 1


def test_what_is_kept_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(popularity, "_MOST_KEPT", 1)
    tell(folder, asked(a=1, b=2))

    assert set(gather(folder, 1000.0)) == {"b"}


@pytest.mark.parametrize("text", ["", "[]", "[1]", '{"a": 1}', '{"a": ["n"]}', "torn {"])
def test_what_cannot_be_read_counts_for_nothing(folder: Path, text: str) -> None:
    (folder / "asked").mkdir(parents=True)
    (folder / "popularity.json").write_text(text)
    (folder / "asked" / "one.json").write_text(text)

    assert gather(folder, 0.0) == {}
