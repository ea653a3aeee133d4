"""Secrets and e-mail addresses are hidden, whatever stands around them; the rest stays."""

import pytest

from apps.observability.redaction import REDACTED, is_hidden, redacted
from tests.timing import takes_at_most

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"token {JWT} is bad", JWT),
        (f"x{JWT}", JWT),
        ("Authorization: Bearer abc-DEF_123", "abc-DEF_123"),
        ("sent bearer abc.def to them", "abc.def"),
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw is wrong", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("could not connect to postgresql://u:p@ss/w:rd@db:5432/x", "p@ss/w:rd"),
        ("redis://:hunter2@localhost/0 refused", "hunter2"),
        ("duplicate key (email)=(anna.o'brien+x@mail.example.com)", "anna.o'brien+x@"),
        ("ünï@exämple.com is no member", "ünï@exämple.com"),
        ("password=hunter2&next=/", "hunter2"),
        ('{"password": "hunter 2"}', "hunter 2"),
        ("{'api_key': 'hunter2'}", "hunter2"),
        ("User(name='x', password='hunter2')", "hunter2"),
        ("Cookie: sessionid=abcdef", "abcdef"),
        ("DB_PASSWORD=hunter2", "hunter2"),
        ("x-api-key: hunter2", "hunter2"),
        ("client_secret : hunter2", "hunter2"),
        (KEY, "MIIEow"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEow", "MIIEow"),
    ],
)
def test_secret_is_hidden(text: str, secret: str) -> None:
    shown = redacted(text)

    assert secret not in shown
    assert REDACTED in shown
    assert redacted(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "http.request_finished",
        "api/v1/buildings/<uuid:building_id>/",
        "https://example.com/path?page=2",
        "the token has expired",
        "secretary of state",
        "3 @ 4",
        "eyJust a word.",
        "key: value",
        "",
    ],
)
def test_harmless_text_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    "name",
    [
        *("password", "newPassword", "Authorization", "HTTP_AUTHORIZATION", "set-cookie"),
        *("refresh_token", "accessToken", "api_key", "apiKey", "X-Api-Key", "secret_key"),
        *("email", "e-mail", "phone_number", "first_name", "ip_address", "REMOTE_ADDR", "otp"),
    ],
)
def test_name_of_something_secret_or_personal_is_known(name: str) -> None:
    assert is_hidden(name)


@pytest.mark.parametrize(
    "name",
    ["status", "user_id", "building_id", "duration_ms", "event", "name", "option", "key", "topic"],
)
def test_name_of_something_harmless_is_known(name: str) -> None:
    assert not is_hidden(name)


@pytest.mark.parametrize(
    "part", ["a", "a@", "://", "password", "eyJ", "token='", "a.", "bearer ", "=", "x:y@"]
)
def test_hostile_text_takes_no_longer_than_its_length_deserves(part: str) -> None:
    text = part * (64 * 1024 // len(part))

    assert takes_at_most(1, lambda: redacted(text))
