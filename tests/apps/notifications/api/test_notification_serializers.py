"""What comes in over HTTP becomes what the services take."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.notifications.api.notification_serializers import NotificationIn
from apps.notifications.types import Channel, Target, TargetKind, Text, Urgency


def read(**changes: Any) -> dict[str, Any]:
    """Return what the services are given for a body."""
    serializer = NotificationIn(data={"idempotency_key": "7", **changes})
    assert serializer.is_valid(), serializer.errors
    return dict(serializer.validated_data)


def complaints(**changes: Any) -> set[str]:
    """Return the fields that are complained about."""
    serializer = NotificationIn(data={"idempotency_key": "7", "topic": "lift", **changes})
    assert not serializer.is_valid()
    return set(serializer.errors)


def test_each_kind_of_target_is_one() -> None:
    somebody = uuid4()

    targets = [
        read(users=[str(somebody)])["target"],
        read(topic="lift")["target"],
        read(segment="people", arguments={"tiers": ["api"]})["target"],
    ]

    assert targets == [
        Target(kind=TargetKind.USERS, user_ids=(UUID(str(somebody)),)),
        Target(kind=TargetKind.TOPIC, name="lift"),
        Target(kind=TargetKind.SEGMENT, name="people", arguments={"tiers": ["api"]}),
    ]


def test_words_of_the_domain_come_out() -> None:
    asked = read(
        topic="lift",
        texts={"pt-BR": {"title": "Olá", "body": " Tudo bem? "}},
        channels=["push"],
        urgency="high",
    )

    assert asked["texts"] == {"pt-BR": Text(title="Olá", body=" Tudo bem? ")}
    assert asked["channels"] == [Channel.PUSH]
    assert asked["urgency"] is Urgency.HIGH
    assert not {"users", "topic", "segment", "arguments"} & set(asked)


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("request.id", True),
        ("a", True),
        ("", False),
        ("7", False),
        ("a b", False),
        ("a\x00", False),
        ("a" * 65, False),
    ],
)
def test_names_of_data_are_plain(name: str, *, is_known: bool) -> None:
    if is_known:
        assert read(topic="lift", data={name: "1"})["data"] == {name: "1"}
    else:
        assert complaints(data={name: "1"}) == {"data"}


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"a": {"b": "1"}}},
        {"data": ["a"]},
        {"data": {str(n): "1" for n in range(200)}},
        {"variables": {"a": "x" * 2001}},
        {"texts": {"": {"title": "Hello"}}},
        {"texts": {"en": {"body": "No title"}}},
        {"users": []},
        {"channels": []},
        {"scheduled_at": "tomorrow"},
    ],
)
def test_what_is_none_of_it_is_named(change: dict[str, Any]) -> None:
    assert complaints(**change) == set(change)
