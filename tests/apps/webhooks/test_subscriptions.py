"""What a subscription hears."""

import pytest

from apps.webhooks.subscriptions import normalised, patterns_hearing, unknown_in


def test_topic_is_heard_by_itself_its_prefixes_and_everything() -> None:
    assert patterns_hearing("buildings.unit.added") == (
        "buildings.unit.added",
        "buildings.unit.*",
        "buildings.*",
        "*",
    )


def test_empty_subscription_is_one_to_everything() -> None:
    assert normalised([]) == ["*"]
    assert normalised(["a.b", "*"]) == ["*"]


def test_subscription_is_kept_sorted_and_once() -> None:
    assert normalised(["b.c", "a.b", "b.c"]) == ["a.b", "b.c"]


def test_unknown_topics_are_named() -> None:
    assert unknown_in(["a.b", "*", "z.z"], known_topics={"a.b"}) == ["z.z"]


@pytest.mark.parametrize("pattern", ["a.*", "a.b.*", "a.b.c", "*"])
def test_beginning_of_a_known_topic_can_be_subscribed_to(pattern: str) -> None:
    assert unknown_in([pattern], known_topics={"a.b.c"}) == []


@pytest.mark.parametrize(
    "pattern", ["a", "a.b", "a.b*", "a*", "b.*", "a.b.c.*", "*.c", "a.*.c", "*.*", ".*", "a..*", ""]
)
def test_beginning_of_no_known_topic_is_unknown(pattern: str) -> None:
    assert unknown_in([pattern], known_topics={"a.b.c"}) == [pattern]
