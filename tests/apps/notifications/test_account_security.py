"""People are told of sign-ins and of changes to how they sign in, whatever they switched off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from apps.accounts.models import User
from apps.accounts.services import sign_in_as, start_session
from apps.accounts.types import Client
from apps.events.selectors import latest_events
from apps.events.types import LoggedEvent
from apps.kernel.clock import now
from apps.kernel.ids import first_id_at
from apps.notifications.account_security import device_of
from apps.notifications.category_lookup import category_settings
from apps.notifications.ports import Wish, rules
from apps.notifications.types import Channel
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> User:
    """Who signed up a year ago."""
    return UserFactory.create(public_id=first_id_at(now() - timedelta(days=365)))


def wishes(event: LoggedEvent) -> list[Wish]:
    return [wish for rule in rules if event.topic in rule.topics for wish in rule.wishes(event)]


def last_event(topic: str) -> LoggedEvent:
    return latest_events(limit=1, topic_prefix=topic)[-1]


def changed(topic: str) -> Callable[[UUID], LoggedEvent]:
    """Return an event of a user as the log would tell it."""
    return lambda user_id: replace(
        last_event("accounts."), topic=topic, payload={"user_id": str(user_id), "kind": "totp"}
    )


def test_security_cannot_be_switched_off() -> None:
    category = category_settings("account_security")

    assert category.is_mandatory
    assert set(category.channels) == set(Channel)


def test_sign_in_is_told_with_its_device(customer: User) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    start_session(user_id=customer.pk, client=Client(user_agent=agent, ip="192.0.2.1"))

    (wish,) = wishes(last_event("accounts.session.started"))

    assert wish.template == "account_security.new_sign_in"
    assert wish.variables == {"device": "Chrome, Windows"}
    assert wish.target.user_ids == (customer.public_id,)
    assert wish.channels is None


def test_device_that_says_nothing_is_named_by_its_address(customer: User) -> None:
    start_session(user_id=customer.pk, client=Client(user_agent="", ip="192.0.2.1"))
    by_address = wishes(last_event("accounts.session.started"))
    start_session(user_id=customer.pk, client=Client(user_agent=""))
    by_nothing = wishes(last_event("accounts.session.started"))

    assert by_address[0].variables == {"device": "192.0.2.1"}
    assert by_nothing[0].variables == {"device": "?"}


def test_who_has_just_signed_up_is_not_told_of_signing_in(owner: User) -> None:
    sign_in_as(owner.pk)

    assert wishes(last_event("accounts.session.started")) == []


def test_sign_in_of_somebody_who_is_gone_is_told_to_nobody(customer: User) -> None:
    sign_in_as(customer.pk)
    event = last_event("accounts.session.started")
    gone = first_id_at(now() - timedelta(days=1))

    assert wishes(replace(event, payload={**event.payload, "user_id": str(gone)})) == []


@pytest.mark.parametrize(
    ("topic", "template"),
    [
        ("accounts.password.changed", "account_security.password_changed"),
        ("accounts.factor.added", "account_security.factor_added"),
        ("accounts.factor.removed", "account_security.factor_removed"),
    ],
)
def test_changes_are_told_beside_the_mail_that_accounts_write(
    customer: User, topic: str, template: str
) -> None:
    sign_in_as(customer.pk)

    (wish,) = wishes(changed(topic)(customer.public_id))

    assert wish.template == template
    assert wish.target.user_ids == (customer.public_id,)
    assert wish.channels == (Channel.PUSH, Channel.INBOX)


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Ada/3.2.0 (iPhone17,3; iOS 20.1)", "Ada, iPhone"),
        ("Mozilla/5.0 (Macintosh) Version/18 Safari/605.1.15", "Safari, Macintosh"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140 Mobile Safari/537.36 EdgA/1", "Edge, Android"),
        ("Mainstay", "Mainstay"),
        ("", ""),
        ("()", ""),
    ],
)
def test_device_is_named_in_few_words(agent: str, device: str) -> None:
    assert device_of(agent) == device
