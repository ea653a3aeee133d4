"""Where somebody signed out, no push shows up any more; the log brings the news."""

import pytest

from apps.accounts.models import User
from apps.accounts.services import disable_user, end_session, remove_device
from apps.accounts.types import EndReason
from apps.events.selectors import latest_events
from apps.kernel.clock import now
from apps.notifications.models import Registration
from apps.notifications.services import retire_signed_out
from apps.notifications.sign_out_consumer import SignOutConsumer
from tests.apps.notifications.telling import told
from tests.factories.accounts import DeviceFactory, SessionFactory
from tests.factories.notifications import RegistrationFactory

pytestmark = pytest.mark.django_db


def _hear() -> None:
    consumer = SignOutConsumer()
    events = latest_events(limit=50, topic_prefix="accounts.")
    consumer.handle([event for event in events if event.topic in consumer.topics])


def _live(user: User) -> list[int]:
    return list(
        Registration.objects.filter(user=user, retired_at=None).values_list("pk", flat=True)
    )


def test_device_goes_with_its_session(owner: User) -> None:
    session, other = SessionFactory.create_batch(2, user=owner)
    RegistrationFactory.create(user=owner, session_id=session.public_id)
    stays = RegistrationFactory.create(user=owner, session_id=other.public_id)

    end_session(session_id=session.public_id, reason=EndReason.SIGNED_OUT)
    _hear()

    assert _live(owner) == [stays.pk]
    assert [each["reason"] for each in told("device.retired")] == ["signed_out"]


def test_device_goes_when_accounts_forgets_it(owner: User) -> None:
    device = DeviceFactory.create(user=owner)
    RegistrationFactory.create(user=owner, device_id=device.public_id)
    stays = RegistrationFactory.create(user=owner)

    remove_device(device_id=device.public_id)
    _hear()

    assert _live(owner) == [stays.pk]
    assert [each["reason"] for each in told("device.retired")] == ["removed"]


def test_all_devices_go_with_a_disabled_user(owner: User, stranger: User) -> None:
    RegistrationFactory.create_batch(2, user=owner)
    stays = RegistrationFactory.create(user=stranger)

    disable_user(user_id=owner.pk)
    _hear()

    assert _live(owner) == []
    assert _live(stranger) == [stays.pk]


def test_device_that_registered_since_stays(owner: User) -> None:
    device = DeviceFactory.create(user=owner)
    remove_device(device_id=device.public_id)
    events = latest_events(limit=50, topic_prefix="accounts.device.removed")
    stays = RegistrationFactory.create(user=owner, device_id=device.public_id, registered_at=now())

    retire_signed_out(events)

    assert _live(owner) == [stays.pk]
