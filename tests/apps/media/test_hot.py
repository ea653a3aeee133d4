"""The hot table gives nothing again whose ground has moved."""

from time import monotonic
from typing import Any

import pytest

from apps.media import hot
from apps.media.hot import HotTable
from apps.media.types import AcceptClass, MediaAnswer

PLACE = ("/media/v1/remote", "width=1", AcceptClass.PLAIN)
OTHER = ("/media/v1/remote", "width=2", AcceptClass.PLAIN)


def answer(**more: Any) -> MediaAnswer:
    known: dict[str, Any] = {
        "status": 200,
        "headers": {"ETag": '"a"', "Content-Type": "image/png", "X-Accel-Redirect": "/_media/a"},
        "body": b"x" * 100,
        "key": "a",
        "repeatable_seconds": 60.0,
    }
    return MediaAnswer(**(known | more))


@pytest.fixture
def table() -> HotTable:
    table = HotTable(100_000)
    table.watched("first")
    return table


def test_answer_is_given_again_with_its_headers(table: HotTable) -> None:
    table.put(PLACE, answer(), mark="first")

    hit = table.get(PLACE)

    assert hit is not None
    assert (hit.body, hit.etag) == (b"x" * 100, '"a"')
    assert ("content-type", "image/png") in hit.headers
    assert [name for name, _ in hit.headers_without_body] == ["etag"]
    assert table.get(OTHER) is None


def test_everything_goes_when_something_is_forgotten(table: HotTable) -> None:
    table.put(PLACE, answer(), mark="first")

    table.watched("second")

    assert table.get(PLACE) is None
    assert len(table) == 0


def test_what_was_begun_before_is_not_kept(table: HotTable) -> None:
    table.watched("second")

    table.put(PLACE, answer(), mark="first")

    assert table.get(PLACE) is None


def test_nothing_is_given_or_kept_while_nobody_knows(table: HotTable) -> None:
    table.put(PLACE, answer(), mark="first")
    table.watched(None)
    table.put(OTHER, answer(), mark=None)

    assert table.get(PLACE) is None
    assert table.get(OTHER) is None


def test_nothing_is_given_when_the_watch_does_not_come_back(
    table: HotTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(PLACE, answer(repeatable_seconds=1000.0), mark="first")
    now = monotonic()
    monkeypatch.setattr(hot, "monotonic", lambda: now + hot.TRUSTED_SECONDS + 1)

    assert table.get(PLACE) is None


def test_answer_is_over_after_its_time(table: HotTable, monkeypatch: pytest.MonkeyPatch) -> None:
    table.put(PLACE, answer(repeatable_seconds=2.0), mark="first")
    now = monotonic()
    monkeypatch.setattr(hot, "monotonic", lambda: now + 3)

    assert table.get(PLACE) is None
    assert len(table) == 0


def test_what_was_used_longest_ago_goes_for_what_is_new() -> None:
    table = HotTable(4 * 2048 * 8)
    table.watched("first")
    places = [("/", str(number), AcceptClass.PLAIN) for number in range(60)]
    for place in places:
        table.put(place, answer(), mark="first")

    assert table.get(places[0]) is None
    assert table.get(places[-1]) is not None
    assert 0 < len(table) < 60


def test_answer_that_is_too_large_is_not_kept(table: HotTable) -> None:
    table.put(PLACE, answer(body=b"x" * 20_000), mark="first")

    assert table.get(PLACE) is None


def test_tag_alone_is_kept_for_those_who_have_the_picture(table: HotTable) -> None:
    table.put(PLACE, answer(status=304, body=b""), mark="first")
    known = table.get(PLACE)
    assert known is not None
    assert known.body is None

    table.put(PLACE, answer(), mark="first")
    table.put(PLACE, answer(status=304, body=b""), mark="first")

    whole = table.get(PLACE)
    assert whole is not None
    assert whole.body is not None


def test_uses_are_told_once_also_of_what_is_gone(table: HotTable) -> None:
    table.put(PLACE, answer(), mark="first")
    table.put(OTHER, answer(key="b"), mark="first")
    for place in (PLACE, PLACE, OTHER):
        table.get(place)
    table.watched("second")

    assert table.take_uses() == {"a": 2, "b": 1}
    assert not any(table.take_uses().values())
