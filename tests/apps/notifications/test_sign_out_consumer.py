"""Sign-outs are heard through the log, by a cursor of their own."""

import pytest

from apps.accounts.models import User
from apps.accounts.services import end_session
from apps.accounts.types import EndReason
from apps.events.ports import consumers
from apps.events.selectors import latest_events
from apps.notifications.sign_out_consumer import SignOutConsumer
from tests.factories.accounts import SessionFactory
from tests.factories.notifications import RegistrationFactory

pytestmark = pytest.mark.django_db


def test_device_is_retired_when_its_session_ends_and_again_does_nothing(owner: User) -> None:
    session = SessionFactory.create(user=owner)
    device = RegistrationFactory.create(user=owner, session_id=session.public_id)
    end_session(session_id=session.public_id, reason=EndReason.SIGNED_OUT)
    batch = latest_events(limit=9, topic_prefix="accounts.session.ended")
    consumer = SignOutConsumer()

    for _ in range(2):
        consumer.handle(batch)
        consumer.after_commit(batch)

    device.refresh_from_db()
    assert device.retire_reason == "signed_out"
    assert len(latest_events(limit=9, topic_prefix="notifications.device.retired")) == 1


def test_sign_outs_do_not_wait_for_rules() -> None:
    names = {consumer.name for consumer in consumers}

    assert {"notifications", "notifications.sign_outs"} <= names
