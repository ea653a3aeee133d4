"""Following rules: each event makes the same wishes once, and a bad wish stops nobody's."""

from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4

import pytest

from apps.accounts.models import User
from apps.events.types import LoggedEvent
from apps.notifications import ports
from apps.notifications.models import Notification
from apps.notifications.ports import Rule, Wish
from apps.notifications.services import follow_rules, save_template
from apps.notifications.types import Channel, Target, TargetKind, TemplateTexts, Text
from tests.apps.notifications.asking import category
from tests.factories.webhooks import logged

pytestmark = pytest.mark.django_db

TOPIC = "tests.bell.rang"


@pytest.fixture(autouse=True)
def bell_rule() -> Iterator[None]:
    """Let the bell be told of to whom it names, twice to whom it names twice."""
    category()
    text = Text(title="{{ tower }} rings")
    template = TemplateTexts(
        key="bell", category="news", variables={"tower": "north"}, texts={("", "en"): text}
    )
    save_template(template)
    rule = ports.rules.register(Rule(name="tests.bell", topics=("tests.bell.*",), wishes=_wishes))
    yield
    del ports.rules._entries[rule.name]


def _wishes(event: LoggedEvent) -> Sequence[Wish]:
    if event.payload["tower"] == "fallen":
        raise RuntimeError("There is no such tower.")
    return [
        Wish(
            template="bell",
            target=Target(kind=TargetKind.USERS, user_ids=tuple(map(UUID, people))),
            variables={"tower": event.payload["tower"]} if event.payload["tower"] else {},
            collapse_id="bell",
            digest_key="bells",
            channels=(Channel.INBOX,),
        )
        for people in event.payload["people"]
    ]


def rang(*people: Sequence[UUID], tower: str = "north", topic: str = TOPIC) -> LoggedEvent:
    """Return an event that wishes to be told to these."""
    named = [[str(each) for each in group] for group in people]
    return logged(topic, people=named, tower=tower)


def test_event_is_told_as_the_rule_wishes(owner: User) -> None:
    event = rang([owner.public_id])

    assert follow_rules([event]) == 1

    asked = Notification.objects.get()
    assert asked.sender == "rule:tests.bell"
    assert asked.idempotency_key == f"rule:tests.bell:{event.event_id}"
    assert (asked.template, asked.variables) == ("bell", {"tower": "north"})
    assert (asked.collapse_id, asked.digest_key) == ("bell", "bells")
    assert asked.channels == ["inbox"]
    assert asked.target == {"ids": [owner.pk]}
    assert asked.correlation_id == event.correlation_id


def test_event_read_again_makes_nothing_new(owner: User, teammate: User) -> None:
    event = rang([owner.public_id], [teammate.public_id])

    assert (follow_rules([event]), follow_rules([event])) == (2, 0)

    assert Notification.objects.count() == 2


def test_other_topics_are_passed_over(owner: User) -> None:
    assert follow_rules([rang([owner.public_id], topic="tests.clock.struck")]) == 0


def test_who_is_gone_since_is_left_out(owner: User) -> None:
    assert follow_rules([rang([owner.public_id, uuid4()], [uuid4()])]) == 1

    assert Notification.objects.get().target == {"ids": [owner.pk]}


@pytest.mark.parametrize("tower", ["fallen", ""])
def test_wish_that_cannot_be_sent_keeps_nobody_else_from_being_told(
    owner: User, tower: str
) -> None:
    bad, good = rang([owner.public_id], tower=tower), rang([owner.public_id])

    assert follow_rules([bad, good]) == 1

    assert Notification.objects.get().idempotency_key.endswith(str(good.event_id))
