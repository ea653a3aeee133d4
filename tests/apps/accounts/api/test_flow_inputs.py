"""What the routes of sign-up accept: one account per address, passwords as they were typed."""

import pytest

from apps.accounts.models import User
from tests.apps.accounts.phones import FLOWS, Phone, code_mailed_to, shown, subjects_mailed_to
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


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
    ["  Spaces around and within 7 ", "Пароль из 4 слов", "🐎🔋📎 Correct staple 7", "X y7" * 256],
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
