"""Sign-up over real routes, with the mails that people get."""

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
from tests.apps.accounts.phones import FLOWS, Phone, code_mailed_to, shown, subjects_mailed_to
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def topics() -> list[str]:
    """Topics announced of the only user, oldest first; the log outlives other tests."""
    entries = LogEntry.objects.filter(payload__user_id=str(User.objects.get().public_id))
    return list(entries.order_by("position").values_list("topic", flat=True))


def test_person_signs_up_verifies_and_is_signed_in() -> None:
    phone = Phone()

    asked = phone.sign_up("ada@example.com", name="Ada", locale="de-AT", time_zone="Europe/Vienna")
    verified = phone.verify(code_mailed_to("ada@example.com"))

    assert asked.status_code == 401
    assert {"id": "verify_email", "is_pending": True} in shown(asked)["data"]["flows"]
    assert verified.status_code == 200
    assert set(shown(verified)["meta"]) >= {"access_token", "refresh_token", "expires_in"}
    assert shown(verified)["meta"]["expires_in"] == 600
    assert phone.is_signed_in
    user = User.objects.get()
    assert (user.name, user.locale, user.time_zone) == ("Ada", "de-AT", "Europe/Vienna")
    assert EmailAddress.objects.get(user=user).verified
    assert topics() == [
        "accounts.user.signed_up",
        "accounts.email.verified",
        "accounts.session.started",
    ]


def test_answer_shows_the_public_id_only() -> None:
    phone = Phone()
    phone.sign_up("ada@example.com")

    verified = phone.verify(code_mailed_to("ada@example.com"))

    shown_user = shown(verified)["data"]["user"]
    assert shown_user["id"] == str(User.objects.get().public_id)


def test_wrong_code_verifies_nothing() -> None:
    phone = Phone()
    phone.sign_up("ada@example.com")

    answer = phone.verify("AAAA-AAAA")

    assert answer.status_code == 400
    assert not EmailAddress.objects.get().verified
    assert not Session.objects.exists()


def test_code_is_worthless_after_too_many_wrong_ones() -> None:
    phone = Phone()
    phone.sign_up("ada@example.com")
    for _ in range(3):
        phone.verify("AAAA-AAAA")

    answer = phone.verify(code_mailed_to("ada@example.com"))

    assert answer.status_code == 409


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


SPELLINGS = [
    "ada@example.com",
    "ADA@EXAMPLE.COM",
    "Ada@Example.com",
    " ada@example.com ",
    "\uff41\uff44\uff41@example.com",
    "ada@\uff45xample.com",
    "aDa@eXample.cOm",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_the_same_account(spelling: str) -> None:
    UserFactory.create(email="ada@example.com")

    answer = Phone().sign_up(spelling)

    assert answer.status_code == 401
    assert User.objects.count() == 1
    assert subjects_mailed_to("ada@example.com") == ["Account Already Exists"]


def test_answer_does_not_tell_whether_the_address_has_an_account() -> None:
    UserFactory.create(email="known@example.com")

    known = Phone().sign_up("known@example.com")
    unknown = Phone().sign_up("unknown@example.com")

    assert known.status_code == unknown.status_code
    assert shown(known)["data"] == shown(unknown)["data"]
    assert set(shown(known)["meta"]) == set(shown(unknown)["meta"])


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_sign_ups_in_several_spellings_make_one_account() -> None:
    phones = [Phone() for _ in range(50)]
    together = Barrier(len(phones))

    def sign_up(number: int) -> int:
        try:
            together.wait()
            return phones[number].sign_up(SPELLINGS[number % len(SPELLINGS)]).status_code
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
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("password1234", "password_too_common"),
        ("ada.lovelace@example", "password_too_similar"),
        ("a" * 1025, "max_length"),
        ("a" * 5_000_000, None),
        ("abc\x00defghijklm", None),
        ("", "required"),
        (None, "required"),
        (7, "password_too_short"),
        (["correct horse battery"], None),
    ],
)
def test_password_that_breaks_the_policy_is_refused(password: object, code: str | None) -> None:
    body = {"email": "ada.lovelace@example.com", "password": password}

    answer = Phone().send("POST", f"{FLOWS}/auth/signup", body)

    assert answer.status_code in ({400} if code else {400, 413, 401})
    if code:
        assert code in [error["code"] for error in shown(answer)["errors"]]


@pytest.mark.parametrize(
    "password",
    ["  spaces around and within  ", "пароль из многих слов", "🐎🔋📎 correct staple", "x y" * 341],
)
def test_password_is_taken_as_it_was_typed(password: str) -> None:
    phone = Phone()
    phone.sign_up("ada@example.com", password)

    assert User.objects.get().check_password(password)
    phone.verify(code_mailed_to("ada@example.com"))
    other = Phone()
    other.sign_in("ada@example.com", password)
    assert other.is_signed_in


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "tier", "username", "expires_at"])
def test_field_that_sign_up_does_not_know_is_refused(field: str) -> None:
    answer = Phone().sign_up("ada@example.com", **{field: "premium"})

    assert answer.status_code == 400
    assert not User.objects.exists()


@pytest.mark.parametrize("time_zone", ["Mars/Olympus", "../../etc/passwd", "localtime"])
def test_unknown_time_zone_is_refused(time_zone: str) -> None:
    answer = Phone().sign_up("ada@example.com", time_zone=time_zone)

    assert answer.status_code == 400
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "ada@",
        "a" * 300 + "@example.com",
        "ada@exa mple.com",
        "a\x00da@example.com",
        None,
        7,
        {},
    ],
)
def test_text_that_is_no_address_is_refused(email: object) -> None:
    body = {"email": email, "password": PASSWORD}

    answer = Phone().send("POST", f"{FLOWS}/auth/signup", body)

    assert answer.status_code == 400
    assert not User.objects.exists()


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
