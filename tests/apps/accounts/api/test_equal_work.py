"""Whether an address has an account shows neither in an answer nor in the work behind it.

Work is counted, not timed: hashes, queries and mails (which leave after the answer's commit).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from apps.accounts.live_sessions import live_sessions
from apps.accounts.models import User
from apps.accounts.passwords import BoundedArgon2Hasher
from apps.keyring.ring import ring
from apps.keyring.verified import verified_tokens
from tests.apps.accounts.openid_provider import OpenIdProvider
from tests.apps.accounts.phones import API, FLOWS, Phone, code_mailed_to, shown
from tests.apps.accounts.providing import sent
from tests.factories.accounts import PASSWORD, EmailAddressFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = "A completely other secret 7"


@dataclass(frozen=True)
class Work:
    """What an answer says and what it cost."""

    status: int
    body: Any
    hashes: int
    mails: int
    queries: int


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(BoundedArgon2Hasher, name)

        def counted(self: Any, *args: Any, original: Any = original, name: str = name) -> Any:
            done.append(name)
            return original(self, *args)

        monkeypatch.setattr(BoundedArgon2Hasher, name, counted)
    return done


@pytest.fixture
def work_of(
    hashes: list[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], HttpResponse]], Work]:
    # However slow the machine, nothing is read twice within a request.
    for module in ("apps.accounts.live_sessions", "apps.keyring.ring"):
        monkeypatch.setattr(f"{module}.FRESH_SECONDS", 3600)

    def measured(ask: Callable[[], HttpResponse]) -> Work:
        # What the process happens to remember still is no part of the work.
        live_sessions.clear()
        ring.forget()
        verified_tokens.clear()
        hashed, mailed = len(hashes), len(mail.outbox)
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
        document = shown(answer)
        told = {"errors", "data", "code", "title"} & set(document)
        return Work(
            status=answer.status_code,
            body={name: document[name] for name in told},
            hashes=len(hashes) - hashed,
            mails=len(mail.outbox) - mailed,
            queries=len(queries),
        )

    return measured


Measure = Callable[[Callable[[], HttpResponse]], Work]


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    """Make one account of each kind whose address somebody may ask for."""
    UserFactory.create(email="known@example.com")
    provided = UserFactory.create(email="provided@example.com")
    provided.set_unusable_password()
    provided.save()
    UserFactory.create(email="inactive@example.com", is_active=False)
    unverified = UserFactory.create(email="unverified@example.com", address=None)
    EmailAddressFactory.create(user=unverified, verified=False)


KINDS = ["known", "provided", "inactive", "unverified"]


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_password(work_of: Measure, kind: str) -> None:
    known = work_of(lambda: Phone().sign_in(f"{kind}@example.com", "Wrong password 7"))
    unknown = work_of(lambda: Phone().sign_in("nobody@example.com", "Wrong password 7"))

    assert known == unknown
    assert (known.status, known.hashes) == (400, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_locked_account(work_of: Measure, kind: str) -> None:
    for email in (f"{kind}@example.com", "nobody@example.com"):
        for number in range(5):
            Phone().sign_in(email, f"Wrong password {number}")

    known = work_of(lambda: Phone().sign_in(f"{kind}@example.com"))
    unknown = work_of(lambda: Phone().sign_in("nobody@example.com"))

    assert known == unknown
    assert (known.status, known.hashes) == (429, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_sign_up(work_of: Measure, kind: str) -> None:
    known = work_of(lambda: Phone().sign_up(f"{kind}@example.com"))
    unknown = work_of(lambda: Phone().sign_up("nobody@example.com"))

    assert (known.status, known.body) == (unknown.status, unknown.body)
    # An account costs a few queries; the hash costs a hundred times as much.
    assert known.hashes == unknown.hashes == 1
    assert known.mails == unknown.mails == 1


@pytest.mark.parametrize("kind", KINDS)
def test_forgotten_password(work_of: Measure, kind: str) -> None:
    def forgot(email: str) -> Work:
        return work_of(lambda: Phone().post(f"{FLOWS}/auth/password/request", email=email))

    known, unknown = forgot(f"{kind}@example.com"), forgot("nobody@example.com")

    assert known == unknown
    assert (known.status, known.hashes, known.mails) == (401, 0, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_code_for_a_forgotten_password(work_of: Measure, kind: str) -> None:
    def reset(email: str) -> Work:
        phone = Phone()
        phone.post(f"{FLOWS}/auth/password/request", email=email)
        return work_of(
            lambda: phone.post(f"{FLOWS}/auth/password/reset", key="AAAA-AAAA", password=NEW)
        )

    known, unknown = reset(f"{kind}@example.com"), reset("nobody@example.com")

    assert (known.status, known.body) == (unknown.status, unknown.body)
    assert known.hashes == unknown.hashes == 0


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_code_for_an_address(work_of: Measure, kind: str) -> None:
    def verify(email: str) -> Work:
        phone = Phone()
        phone.sign_up(email)
        return work_of(lambda: phone.verify("AAAA-AAAA"))

    known, unknown = verify(f"{kind}@example.com"), verify("nobody@example.com")

    assert (known.status, known.body) == (unknown.status, unknown.body)
    assert known.hashes == unknown.hashes == 0


@pytest.mark.parametrize("kind", KINDS)
def test_guest_who_upgrades(work_of: Measure, kind: str) -> None:
    def upgrade(email: str) -> Work:
        phone = Phone()
        phone.start_as_a_guest()
        return work_of(lambda: phone.post(f"{API}/me/upgrade/", email=email, password=PASSWORD))

    known, unknown = upgrade(f"{kind}@example.com"), upgrade("nobody@example.com")

    assert known == unknown
    assert (known.status, known.hashes, known.mails) == (202, 1, 1)


@pytest.mark.parametrize("kind", ["provided", "inactive", "unverified"])
def test_changed_address(work_of: Measure, kind: str) -> None:
    def change(email: str) -> Work:
        phone = Phone()
        phone.sign_in("known@example.com")
        phone.show_password_again()
        return work_of(lambda: phone.post(f"{FLOWS}/account/email", email=email))

    known, unknown = change(f"{kind}@example.com"), change("nobody@example.com")

    def shape(work: Work) -> Any:
        return [{**address, "email": ""} for address in work.body["data"]]

    assert known.status == unknown.status == 200
    assert shape(known) == shape(unknown)
    assert (known.hashes, known.mails) == (unknown.hashes, unknown.mails) == (0, 1)
    assert known.queries == unknown.queries


@pytest.mark.parametrize("kind", KINDS)
def test_provider_that_verifies_nothing(
    work_of: Measure, google: OpenIdProvider, kind: str
) -> None:
    def provide(email: str) -> Work:
        token = google.id_token(sub=email, email=email, email_verified=False)
        return work_of(lambda: sent(Phone(), "google", id_token=token))

    provide("first@example.com")
    known, unknown = provide(f"{kind}@example.com"), provide("nobody@example.com")

    assert (known.status, known.body) == (unknown.status, unknown.body)
    assert (known.hashes, known.mails) == (unknown.hashes, unknown.mails) == (0, 1)


def test_every_mail_goes_to_the_mailbox_that_was_named() -> None:
    for email in ("known@example.com", "nobody@example.com"):
        Phone().sign_up(email)
        Phone().post(f"{FLOWS}/auth/password/request", email=email)

    assert [message.to for message in mail.outbox] == [
        ["known@example.com"],
        ["known@example.com"],
        ["nobody@example.com"],
        ["nobody@example.com"],
    ]
    assert User.objects.filter(email="nobody@example.com").count() == 1
    assert code_mailed_to("known@example.com")
