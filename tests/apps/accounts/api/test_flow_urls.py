"""The guard around allauth's routes: one transaction each, and errors of ours as problems."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session as DjangoSession
from django.db import connection
from pytest_django import Settings

from apps.accounts.models import Session, User
from apps.events.models import LogEntry
from tests.apps.accounts.hashing import all_hashing_places_taken
from tests.apps.accounts.phones import FLOWS, Phone, code_mailed_to, shown

pytestmark = pytest.mark.django_db


def topics() -> list[str]:
    """Topics announced of the only user, oldest first; the log outlives other tests."""
    entries = LogEntry.objects.filter(payload__user_id=str(User.objects.get().public_id))
    return list(entries.order_by("position").values_list("topic", flat=True))


@pytest.mark.django_db(transaction=True)
def test_code_is_consumed_once_even_in_parallel() -> None:
    phone = Phone()
    phone.sign_up("ada@example.com")
    code = code_mailed_to("ada@example.com")
    twins = [Phone() for _ in range(6)]
    together = Barrier(len(twins))

    def verify(twin: Phone) -> int:
        try:
            twin.session_token = phone.session_token
            together.wait()
            return twin.verify(code).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(twins)) as pool:
        statuses = list(pool.map(verify, twins))

    assert statuses.count(200) == 1
    assert Session.objects.count() == 1
    assert topics().count("accounts.email.verified") == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_sign_ups_in_several_spellings_make_one_account() -> None:
    spellings = ["ada@example.com", "ADA@Example.COM", "\uff41da@example.com", " ada@example.com"]
    phones = [Phone() for _ in range(50)]
    together = Barrier(len(phones))

    def sign_up(number: int) -> int:
        try:
            together.wait()
            return phones[number].sign_up(spellings[number % len(spellings)]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(phones)) as pool:
        statuses = list(pool.map(sign_up, range(len(phones))))

    # Pending, told to wait for the next mail, or no place to hash: never an error of ours.
    assert set(statuses) <= {401, 429, 503}
    assert 401 in statuses
    assert User.objects.get().email == "ada@example.com"
    assert EmailAddress.objects.count() == 1
    assert topics() == ["accounts.user.signed_up"]
    phone = next(phone for phone in phones if phone.verify_quietly_with_mail())
    assert phone.is_signed_in


def test_sign_up_that_finds_no_place_to_hash_leaves_nothing_behind(
    settings: Settings,
) -> None:
    events_before = LogEntry.objects.count()

    with all_hashing_places_taken(settings):
        answer = Phone().sign_up("ada@example.com")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "1"
    assert answer["Content-Type"] == "application/problem+json"
    assert shown(answer)["code"] == "accounts.sign_in_busy"
    assert not User.objects.exists()
    assert not DjangoSession.objects.exists()
    assert LogEntry.objects.count() == events_before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"email":"a@example.com","email":"b@example.com","password":"correct horse battery"}',
    ],
)
def test_hostile_body_is_refused_without_an_error_of_ours(body: bytes) -> None:
    answer = Phone().send("POST", f"{FLOWS}/auth/signup", body)

    assert answer.status_code == 400
    assert not User.objects.exists()
