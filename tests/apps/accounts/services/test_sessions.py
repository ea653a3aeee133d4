"""Starting and ending sessions."""

from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore

from apps.accounts.models import RefreshToken, Session, User
from apps.accounts.selectors import access_by
from apps.accounts.services import end_session, end_sessions, sign_in_as, start_session
from apps.accounts.types import Client, EndReason
from apps.events.models import LogEntry
from apps.kernel.errors import NotFound
from tests.factories.accounts import DeviceFactory, SessionFactory

pytestmark = pytest.mark.django_db


def test_scripts_sign_in_without_a_password(owner: User) -> None:
    tokens = sign_in_as(owner.pk)

    assert access_by(tokens.access_token).user == owner


def test_long_user_agent_is_cut(owner: User) -> None:
    client = Client(ip="2001:db8::1", user_agent="a" * 100_000)

    started = start_session(user_id=owner.pk, client=client)

    session = Session.objects.get(public_id=started.session_id)
    assert (session.ip, len(session.user_agent)) == ("2001:db8::1", 256)


def test_ending_a_session_removes_all_that_could_revive_it(owner: User) -> None:
    store = SessionStore()
    store.create()
    started = start_session(
        user_id=owner.pk, client=Client(), django_session_key=store.session_key or ""
    )

    end_session(session_id=started.session_id, reason=EndReason.SIGNED_OUT)

    assert not SessionStore().exists(store.session_key or "")
    assert not RefreshToken.objects.exists()


def test_session_that_has_ended_stays_as_it_is(owner: User) -> None:
    session = SessionFactory.create(user=owner)
    end_session(session_id=session.public_id, reason=EndReason.SIGNED_OUT)

    end_session(session_id=session.public_id, reason=EndReason.REVOKED)

    session.refresh_from_db()
    assert session.end_reason == EndReason.SIGNED_OUT
    ended = LogEntry.objects.filter(payload__session_id=str(session.public_id))
    assert [entry.topic for entry in ended] == ["accounts.session.ended"]


def test_session_that_never_was_cannot_be_ended() -> None:
    with pytest.raises(NotFound):
        end_session(session_id=uuid4(), reason=EndReason.SIGNED_OUT)


def test_sessions_end_all_but_the_one_to_keep(owner: User, stranger: User) -> None:
    kept, ended = SessionFactory.create_batch(2, user=owner)
    other = SessionFactory.create(user=stranger)

    end_sessions(user_id=owner.pk, reason=EndReason.PASSWORD_CHANGED, keep=kept.public_id)

    assert set(Session.objects.filter(ended_at=None)) == {kept, other}
    ended.refresh_from_db()
    assert ended.end_reason == EndReason.PASSWORD_CHANGED


def test_sessions_of_one_device_end_alone(owner: User) -> None:
    device = DeviceFactory.create(user=owner)
    on_device = SessionFactory.create(user=owner, device=device)
    elsewhere = SessionFactory.create(user=owner)

    end_sessions(user_id=owner.pk, device_id=device.public_id, reason=EndReason.DEVICE_REMOVED)

    on_device.refresh_from_db()
    elsewhere.refresh_from_db()
    assert on_device.ended_at is not None
    assert elsewhere.ended_at is None
