"""The guard around allauth's routes: one transaction each, and errors of ours as problems."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session as DjangoSession
from django.db import connection
from django.test import Client
from pytest_django import Settings

from apps.accounts.api.flow_urls import urlpatterns
from apps.accounts.models import Session, User
from apps.events.models import LogEntry
from tests.apps.accounts.hashing import all_hashing_places_taken
from tests.apps.accounts.phones import FLOWS, Phone, code_mailed_to, shown, totp

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


def routes() -> list[str]:
    """Return every path of the flows."""

    def below(resolver: Any, prefix: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            path = f"{prefix}{pattern.pattern}"
            yield from below(pattern, path) if hasattr(pattern, "url_patterns") else [path]

    found = dict.fromkeys(below(SimpleNamespace(url_patterns=urlpatterns), "/_allauth/"))
    return [path for path in found if path.startswith(f"{FLOWS}/")]


@pytest.mark.parametrize("path", routes())
def test_no_route_takes_what_it_does_not_know(owner: User, path: str) -> None:
    phone = Phone()
    phone.sign_in(owner.email)
    phone.show_password_again()

    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = phone.send(method, path, {"nobody_asked": True})

        # Where there is nothing to do now, nothing is read either.
        assert answer.status_code in {400, 401, 405, 409}, (method, answer.content)
        assert "json" in answer["Content-Type"]
        if answer.status_code == 400 and "problem" in answer["Content-Type"]:
            assert shown(answer)["errors"] == [
                {"field": "nobody_asked", "detail": "Unknown field.", "code": "unknown"}
            ]


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("code", "auth/2fa/authenticate"),
        ("credential", "auth/webauthn/login"),
        ("key", "auth/email/verify"),
    ],
)
def test_unknown_field_beside_a_known_one_spends_nothing(field: str, path: str) -> None:
    phone = Phone()
    phone.sign_up("ada@example.com")

    answers = [phone.post(f"{FLOWS}/{path}", **{field: "x", "more": 1}) for _ in range(4)]

    assert {answer.status_code for answer in answers} <= {400, 401}
    assert phone.verify(code_mailed_to("ada@example.com")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/_allauth/", 404, "kernel.not_found"),
        ("GET", "/_allauth/nonsense", 404, "kernel.not_found"),
        ("POST", "/_allauth/browser/v1/auth/login", 404, "kernel.not_found"),
        ("POST", f"{FLOWS}/auth/provider/redirect", 404, "kernel.not_found"),
        ("PUT", f"{FLOWS}/auth/login", 405, "api.method_not_allowed"),
        ("GET", f"{FLOWS}/auth/login", 405, "api.method_not_allowed"),
    ],
)
def test_what_no_flow_answers_is_a_problem(method: str, path: str, status: int, code: str) -> None:
    answer = Phone().send(method, path)

    assert (answer.status_code, shown(answer)["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"[]", b"{", b"7"])
def test_body_that_is_no_object_is_a_problem(body: bytes) -> None:
    answer = Phone().send("POST", f"{FLOWS}/auth/login", body)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_false_host_is_a_problem() -> None:
    answer = Client(raise_request_exception=False).get(
        f"{FLOWS}/config", headers={"Host": "evil.example"}
    )

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_failure_of_ours_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("allauth.headless.base.views.response.ConfigResponse", broken)

    answer = Phone().get(f"{FLOWS}/config")

    assert (answer.status_code, shown(answer)["code"]) == (500, "api.server_error")


@pytest.mark.django_db(transaction=True)
def test_app_that_is_added_twice_at_once_is_there_once(owner: User) -> None:
    phones = [Phone() for _ in range(4)]
    codes = []
    for phone in phones:
        phone.sign_in(owner.email)
        phone.show_password_again()
        asked = phone.get(f"{FLOWS}/account/authenticators/totp")
        codes.append(totp(shown(asked)["meta"]["secret"]))
    together = Barrier(len(phones))

    def add(number: int) -> tuple[int, str]:
        try:
            together.wait()
            path = f"{FLOWS}/account/authenticators/totp"
            answer = phones[number].post(path, code=codes[number])
            return answer.status_code, str(shown(answer).get("code", ""))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(phones)) as pool:
        answers = list(pool.map(add, range(len(phones))))

    assert [status for status, _ in answers].count(200) == 1
    assert {code for _, code in answers} <= {"", "kernel.conflict"}
    assert Authenticator.objects.filter(type="totp").count() == 1
