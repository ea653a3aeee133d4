"""What ended or expired long ago goes; everything else stays."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session as DjangoSession

from apps.accounts.models import RefreshToken, Session, User
from apps.accounts.services import end_session, housekeeping, purge_expired, refresh_session
from apps.accounts.services.sessions import sign_in_as
from apps.accounts.types import EndReason
from apps.kernel import clock


def session_of(user: User) -> Session:
    sign_in_as(user.pk)
    return Session.objects.latest("id")


def test_sessions_go_thirty_days_after_they_ended(owner: User) -> None:
    live, ended = session_of(owner), session_of(owner)
    end_session(session_id=ended.public_id, reason=EndReason.SIGNED_OUT)

    with time_machine.travel(clock.now() + timedelta(days=29)):
        assert purge_expired()["sessions"] == 0
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert purge_expired()["sessions"] == 1

    assert list(Session.objects.all()) == [live]


def test_expired_refresh_tokens_go_and_living_ones_stay(owner: User) -> None:
    sign_in_as(owner.pk)
    RefreshToken.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    living = sign_in_as(owner.pk)

    purged = purge_expired()

    assert purged["refresh_tokens"] == 1
    assert refresh_session(refresh_token=living.refresh_token) is not None
    assert Session.objects.count() == 2


@pytest.mark.django_db
def test_expired_sessions_of_django_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "DELETE_AT_ONCE", 2)
    past, future = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    for number in range(5):
        DjangoSession.objects.create(session_key=f"old-{number}", expire_date=past)
    DjangoSession.objects.create(session_key="new", expire_date=future)

    assert purge_expired()["django_sessions"] == 5
    assert DjangoSession.objects.get().session_key == "new"


@pytest.mark.django_db
def test_one_run_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "DELETE_AT_ONCE", 1)
    monkeypatch.setattr(housekeeping, "BATCHES_AT_MOST", 2)
    past = clock.now() - timedelta(days=1)
    for number in range(3):
        DjangoSession.objects.create(session_key=f"old-{number}", expire_date=past)

    assert purge_expired()["django_sessions"] == 2
