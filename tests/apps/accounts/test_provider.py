"""Google and Apple over real routes and a real provider: tokens, codes, keys, outages."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from pytest_django import Settings

from apps.accounts.models import User
from apps.events.models import LogEntry
from tests.apps.accounts.openid_provider import CLIENT_ID, OpenIdProvider, new_key
from tests.apps.accounts.phones import (
    Phone,
    shown,
)
from tests.apps.accounts.providing import by, sent

pytestmark = pytest.mark.django_db


def test_only_what_the_link_needs_is_kept(google: OpenIdProvider) -> None:
    by(google, picture="https://example.com/ada.png", locale="de")

    assert SocialAccount.objects.get().extra_data == {"email": "ada@example.com"}
    assert not SocialToken.objects.exists()


def test_apple_tells_the_name_to_the_app_once_and_verified_as_a_text(
    apple: OpenIdProvider,
) -> None:
    relay = "x7q@privaterelay.appleid.com"
    token = apple.id_token(email=relay, email_verified="true", is_private_email="true")
    phone = Phone()

    answer = sent(phone, "apple", id_token=token, name="Ada Lovelace")
    again = by(apple, "apple", email=None, email_verified=None)

    assert answer.status_code == 200, answer.content
    assert again.is_signed_in
    user = User.objects.get()
    assert (user.email, user.name) == (relay, "Ada Lovelace")


@pytest.mark.parametrize(
    "wrong", [{"aud": "com.evil.app"}, {"iss": "https://evil.example"}, {"exp": 1}, {"nonce": "x"}]
)
def test_wrong_token_signs_nobody_in(google: OpenIdProvider, wrong: dict[str, Any]) -> None:
    phone = Phone()

    answer = sent(phone, "google", id_token=google.id_token(**wrong))

    assert (answer.status_code, shown(answer)["code"]) == (400, "accounts.id_token_refused")
    assert answer["Content-Type"] == "application/problem+json"
    assert not User.objects.exists()


def test_token_of_another_provider_is_refused(
    google: OpenIdProvider, apple: OpenIdProvider
) -> None:
    assert sent(Phone(), "apple", id_token=google.id_token()).status_code == 400


def test_keys_of_the_provider_rotate(google: OpenIdProvider) -> None:
    google.rotate()

    assert by(google).is_signed_in


def test_dead_provider_is_said_so_and_nothing_is_lost(google: OpenIdProvider, owner: User) -> None:
    google.ill = (500, b"")
    events_before = LogEntry.objects.count()

    answer = sent(Phone(), "google", id_token=google.id_token())

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert shown(answer)["code"] == "accounts.provider_unavailable"
    assert LogEntry.objects.count() == events_before
    assert Phone().sign_in(owner.email).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_parallel_first_sign_ins_make_one_account(google: OpenIdProvider) -> None:
    phones = [Phone() for _ in range(8)]
    together, token = Barrier(len(phones)), google.id_token()

    def tap(phone: Phone) -> int:
        try:
            together.wait()
            return sent(phone, "google", id_token=token).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(phones)) as pool:
        statuses = list(pool.map(tap, phones))

    assert statuses == [200] * len(phones)
    assert User.objects.count() == SocialAccount.objects.count() == 1


def agreed(provider: OpenIdProvider, nonce: str, verifier: str) -> str:
    """Walk through the provider's pages as a browser does, and return the code."""
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "scope": "openid email",
        "redirect_uri": "com.example.app:/signed-in",
        "state": "s",
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    browser = HTTPConnection(urlsplit(provider.issuer).netloc)
    browser.request("GET", f"/authorize?{urlencode(asked)}")
    location = str(browser.getresponse().headers["Location"])
    browser.close()
    return dict(parse_qsl(urlsplit(location).query))["code"]


def test_code_is_traded_once(google: OpenIdProvider) -> None:
    phone, code = Phone(), agreed(google, "n", "v" * 43)
    told = {"code_verifier": "v" * 43, "redirect_uri": "com.example.app:/signed-in", "nonce": "n"}

    first = sent(phone, "google", code=code, **told)
    second = sent(Phone(), "google", code=code, **told)

    assert (first.status_code, second.status_code) == (200, 400), first.content
    assert phone.is_signed_in


@pytest.mark.parametrize("wrong", [{"code_verifier": "w" * 43}, {"nonce": "m"}])
def test_code_of_somebody_else_is_worthless(google: OpenIdProvider, wrong: dict[str, str]) -> None:
    told = {"code_verifier": "v" * 43, "redirect_uri": "com.example.app:/signed-in", "nonce": "n"}

    answer = sent(Phone(), "google", code=agreed(google, "n", "v" * 43), **{**told, **wrong})

    assert (answer.status_code, shown(answer)["code"]) == (400, "accounts.id_token_refused")


def test_apples_client_secret_is_signed_by_our_key(
    apple: OpenIdProvider, settings: Settings
) -> None:
    key = new_key("ES256")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    about = {"team_id": "A1B2C3D4E5", "key_id": "F6G7H8I9J0", "private_key": pem}
    known = settings.ACCOUNTS_PROVIDERS
    settings.ACCOUNTS_PROVIDERS = {**known, "apple": {**known["apple"], **about}}
    secrets: list[dict[str, Any]] = []

    def is_right(secret: str) -> bool:
        public = key.public_key()
        secrets.append(jwt.decode(secret, public, algorithms=["ES256"], audience=apple.issuer))
        return bool(jwt.get_unverified_header(secret)["kid"] == "F6G7H8I9J0")

    apple.is_secret_right = is_right
    told = {"code_verifier": "v" * 43, "redirect_uri": "com.example.app:/signed-in", "nonce": "n"}

    answer = sent(Phone(), "apple", code=agreed(apple, "n", "v" * 43), **told)

    assert answer.status_code == 200, answer.content
    ((secret),) = secrets
    assert (secret["iss"], secret["sub"]) == ("A1B2C3D4E5", CLIENT_ID)
    assert secret["exp"] - secret["iat"] == 300


def test_code_is_not_taken_where_no_secret_is_configured(apple: OpenIdProvider) -> None:
    answer = sent(Phone(), "apple", code="x")

    assert (answer.status_code, shown(answer)["code"]) == (400, "accounts.id_token_refused")
    assert apple.asked == []
