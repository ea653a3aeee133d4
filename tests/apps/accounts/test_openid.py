"""Which ID tokens are believed, and every way in which one can be wrong."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from apps.accounts.errors import IdTokenRefused
from apps.accounts.openid import believed_claims, usable_keys
from tests.apps.accounts.openid_provider import CLIENT_ID, OpenIdProvider, new_key

ISSUER = "https://provider.example"


@pytest.fixture(scope="module", params=["RS256", "ES256"])
def provider(request: pytest.FixtureRequest) -> OpenIdProvider:
    return OpenIdProvider(ISSUER, request.param)


def believed(provider: OpenIdProvider, token: str, nonce: str = "") -> str:
    claims = believed_claims(
        token,
        find_key=usable_keys(provider.keys()).get,
        issuers=(ISSUER,),
        client_id=CLIENT_ID,
        nonce=nonce,
    )
    return str(claims["sub"])


def text(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def test_token_of_the_provider_for_our_app_is_believed(provider: OpenIdProvider) -> None:
    assert believed(provider, provider.id_token()) == "ada-at-the-provider"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "com.example.another"},
        {"aud": [CLIENT_ID, "com.example.another"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": f"{ISSUER}/"},
        {"iss": None},
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"exp": [1]},
        {"iat": int(time.time()) + 7200},
        {"iat": None},
        {"nbf": int(time.time()) + 7200},
        {"sub": None},
        {"sub": 7},
        {"header": {"kid": "unknown"}},
        {"header": {"kid": "shared"}},
        {"header": {"jku": "https://evil.example/keys"}},
        {"header": {"crit": ["x"], "x": 1}},
    ],
)
def test_wrong_token_is_refused(provider: OpenIdProvider, wrong: dict[str, Any]) -> None:
    with pytest.raises(IdTokenRefused):
        believed(provider, provider.id_token(**wrong))


def test_token_signed_by_a_foreign_key_is_refused(provider: OpenIdProvider) -> None:
    with pytest.raises(IdTokenRefused):
        believed(provider, provider.id_token(key=new_key(provider.algorithm)))


def test_unsigned_token_is_refused(provider: OpenIdProvider) -> None:
    _, claims, signature = provider.id_token().split(".")
    for forged in (
        f"{text({'alg': 'none', 'kid': provider.kid})}.{claims}.",
        f"{text({'alg': 'none', 'kid': provider.kid})}.{claims}.{signature}",
    ):
        with pytest.raises(IdTokenRefused):
            believed(provider, forged)


def test_public_key_is_no_shared_secret(provider: OpenIdProvider) -> None:
    # By hand: the library refuses to sign so.
    published = provider.key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    _, claims, _ = provider.id_token().split(".")
    signed = f"{text({'alg': 'HS256', 'kid': provider.kid})}.{claims}"
    mac = base64.urlsafe_b64encode(hmac.digest(published, signed.encode(), "sha256"))
    forged = f"{signed}.{mac.rstrip(b'=').decode()}"

    with pytest.raises(IdTokenRefused):
        believed(provider, forged)


def test_algorithm_comes_from_the_key(provider: OpenIdProvider) -> None:
    other = "ES256" if provider.algorithm == "RS256" else "RS256"

    with pytest.raises(IdTokenRefused):
        believed(provider, provider.id_token(key=new_key(other), algorithm=other))


@pytest.mark.parametrize(
    "junk", ["", "x", "a.b.c", "..", "e30.e30.", "x" * 100_000, "\xff.\xff.\xff", "[" * 8000]
)
def test_text_that_is_no_token_is_refused(provider: OpenIdProvider, junk: str) -> None:
    with pytest.raises(IdTokenRefused):
        believed(provider, junk)


def test_nonce_fits_as_it_is_or_hashed(provider: OpenIdProvider) -> None:
    hashed = hashlib.sha256(b"n-0S6_WzA2Mj").hexdigest()

    assert believed(provider, provider.id_token(nonce="n-0S6_WzA2Mj"), "n-0S6_WzA2Mj")
    assert believed(provider, provider.id_token(nonce=hashed), "n-0S6_WzA2Mj")


@pytest.mark.parametrize(("asked", "given"), [("a", "b"), ("a", ""), (None, "b"), ("a", "é")])
def test_wrong_nonce_is_refused(provider: OpenIdProvider, asked: str | None, given: str) -> None:
    with pytest.raises(IdTokenRefused):
        believed(provider, provider.id_token(nonce=asked), given)


def test_keys_that_cannot_be_used_are_left_out(provider: OpenIdProvider) -> None:
    (_, good) = provider.keys()["keys"]
    bad: list[Any] = [
        {**good, "use": "enc"},
        {**good, "kid": None},
        {**good, "alg": "HS256"},
        {"kty": "oct", "k": "AAAA", "kid": "shared"},
        {"kty": "nonsense"},
        {},
        7,
        None,
    ]

    assert usable_keys({"keys": bad}) == {}
    assert set(usable_keys({"keys": [*bad, good]})) == {provider.kid}
    assert usable_keys({}) == {}
