"""Access tokens: ours are read, everything else is refused (R6 section 4, cases 26 to 28)."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec

from apps.keyring.errors import TokenRefused
from apps.keyring.models import Key
from apps.keyring.ring import LiveKey, ring
from apps.keyring.services import activate_key, add_key, sign_token, verify_token
from apps.keyring.tokens import MAX_TOKEN_BYTES
from apps.keyring.types import Purpose

pytestmark = pytest.mark.django_db

AUDIENCE = "http://testserver/api"
LIFETIME = timedelta(minutes=10)


def issued(**claims: Any) -> str:
    return sign_token(claims={"sub": "ada", **claims}, audience=AUDIENCE, lifetime=LIFETIME)


def active_key() -> LiveKey:
    issued()
    key = ring.active(Purpose.JWT)
    assert key is not None
    return key


def base64url(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Return a token signed with the active key, but with other headers or claims."""
    genuine = jwt.decode(issued(), options={"verify_signature": False})
    key = active_key()
    chosen = {name: value for name, value in {**genuine, **claims}.items() if value is not ...}
    # Not PyJWT's encoder of claims, which refuses to write what we want to see refused.
    return jwt.api_jws.encode(
        json.dumps(chosen).encode(),
        key.private_key,
        algorithm="ES256",
        headers={"kid": key.kid, "typ": "at+jwt", **(header or {})},
    )


def signed_by_hmac(secret: bytes) -> str:
    claims = base64url(jwt.decode(issued(), options={"verify_signature": False}))
    header = base64url({"alg": "HS256", "kid": active_key().kid, "typ": "at+jwt"})
    signing_input = f"{header}.{claims}"
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    return f"{signing_input}.{base64url(algorithm.sign(signing_input.encode(), secret))}"


def without_signature(alg: Any) -> str:
    _, claims, _ = issued().split(".")
    return f"{base64url({'alg': alg, 'kid': active_key().kid, 'typ': 'at+jwt'})}.{claims}."


def public_pem() -> bytes:
    return Key.objects.get(kid=active_key().kid).public_material.encode()


def public_jwk() -> bytes:
    public = active_key().public_key
    assert isinstance(public, ec.EllipticCurvePublicKey)
    jwk: str = jwt.algorithms.ECAlgorithm.to_jwk(public)
    return jwk.encode()


def signed_by_stranger(header: dict[str, Any]) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    claims = jwt.decode(issued(), options={"verify_signature": False})
    return jwt.encode(claims, key, algorithm="ES256", headers={"typ": "at+jwt", **header})


def tampered(token: str) -> str:
    header, claims, signature = token.split(".")
    payload = json.loads(base64.urlsafe_b64decode(claims + "=="))
    return f"{header}.{base64url({**payload, 'sub': 'eve'})}.{signature}"


ATTACKS: dict[str, Callable[[], str]] = {
    # Case 26: the algorithm is the key's, whatever the token says.
    "alg none": lambda: without_signature("none"),
    "alg NoNe": lambda: without_signature("NoNe"),
    "alg missing": lambda: f"{base64url({'kid': active_key().kid, 'typ': 'at+jwt'})}.e30.",
    "HS256 with the public key as PEM": lambda: signed_by_hmac(public_pem()),
    "HS256 with the public key as JWK": lambda: signed_by_hmac(public_jwk()),
    "HS256 with an empty key": lambda: signed_by_hmac(b""),
    "ES384 in the header": lambda: without_signature("ES384") + "AAAA",
    "another key under our kid": lambda: signed_by_stranger({"kid": active_key().kid}),
    "claims changed after signing": lambda: tampered(issued()),
    # Case 27: headers and claims that mean something else than ours.
    "unknown crit": lambda: forged({"crit": ["b64"], "b64": False}),
    "embedded jwk": lambda: signed_by_stranger(
        {"kid": active_key().kid, "jwk": json.loads(public_jwk())}
    ),
    "typ of an ID token": lambda: forged({"typ": "JWT"}),
    "typ missing": lambda: forged({"typ": None}),
    "exp a list": lambda: forged(exp=[9999999999]),
    "exp a text": lambda: forged(exp="tomorrow"),
    "exp infinite": lambda: forged(exp=float("inf")),
    "exp missing": lambda: forged(exp=...),
    "iat in the future": lambda: forged(iat=9999999998),
    "iss of another house": lambda: forged(iss="https://evil.example"),
    "iss a list": lambda: forged(iss=["http://testserver"]),
    "aud of another service": lambda: forged(aud="http://testserver/other"),
    "aud missing": lambda: forged(aud=...),
    "sub missing": lambda: forged(sub=...),
    "sub a number": lambda: forged(sub=7),
    "claims a list": lambda: f"{issued().split('.')[0]}.{base64url([])}.AAAA",
    "nested token": lambda: forged({"cty": "JWT"}),
    # Case 28: nobody makes us fetch a key, or accept one that is not ours.
    "random kid": lambda: signed_by_stranger({"kid": "AAAAAAAAAAAA"}),
    "kid missing": lambda: signed_by_stranger({}),
    "kid a path": lambda: signed_by_stranger({"kid": "../../etc/passwd"}),
    "jku": lambda: signed_by_stranger(
        {"kid": active_key().kid, "jku": "https://evil.example/keys"}
    ),
    "x5u": lambda: signed_by_stranger(
        {"kid": active_key().kid, "x5u": "https://evil.example/cert"}
    ),
    # Texts that are no tokens at all.
    "nothing": lambda: "",
    "dots": lambda: "..",
    "not base64": lambda: "\x00.\xff.💥",
    "lone surrogate": lambda: "\ud800.a.b",
    "header nested deeply": lambda: f"{base64url(b'[' * 5000)}.e30.AAAA",
    "header not an object": lambda: f"{base64url(b'null')}.e30.AAAA",
    "kid a number": lambda: f"{base64url({'alg': 'ES256', 'kid': 7, 'typ': 'at+jwt'})}.e30.AAAA",
    "typ a list": lambda: f"{base64url({'alg': 'ES256', 'kid': 'a', 'typ': []})}.e30.AAAA",
    "alg a list": lambda: without_signature(["ES256"]) + "AAAA",
    "100 kB": lambda: "a" * 100_000,
    "a genuine one grown too large": lambda: issued(padding="a" * MAX_TOKEN_BYTES),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_token_that_was_not_issued_here_is_refused(attack: str) -> None:
    token = ATTACKS[attack]()

    with pytest.raises(TokenRefused):
        verify_token(token, audience=AUDIENCE)


def test_issued_token_is_read_with_all_claims() -> None:
    claims = verify_token(issued(sid="session"), audience=AUDIENCE)

    assert claims["sub"] == "ada"
    assert claims["sid"] == "session"
    assert claims["iss"] == "http://testserver"
    assert claims["exp"] - claims["iat"] == 600


def test_header_says_that_it_is_an_access_token() -> None:
    header = jwt.get_unverified_header(issued())

    assert header == {"alg": "ES256", "kid": active_key().kid, "typ": "at+jwt"}


def test_standard_claims_cannot_be_chosen_by_the_caller() -> None:
    claims = verify_token(issued(iss="evil", exp=9999999999), audience=AUDIENCE)

    assert claims["iss"] == "http://testserver"
    assert claims["exp"] - claims["iat"] == 600


def test_token_is_refused_once_it_has_expired() -> None:
    token = issued()
    verify_token(token, audience=AUDIENCE)

    with time_machine.travel(timedelta(minutes=10, seconds=6)), pytest.raises(TokenRefused):
        verify_token(token, audience=AUDIENCE)


def test_token_signed_by_the_former_key_stays_valid() -> None:
    token = issued()

    activate_key(kid=add_key(purpose=Purpose.JWT))
    ring.forget()

    assert verify_token(token, audience=AUDIENCE)["sub"] == "ada"
