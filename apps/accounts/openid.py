"""ID tokens of Google, Apple and their like: which of them are believed.

After OpenID Connect Core 1.0 section 3.1.3.7, with the strictness of RFC 8725: the algorithm comes
from the provider's key, and header parameters that bring keys or extensions along are refused.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jwt

from apps.accounts.errors import IdTokenRefused

MAX_TOKEN_BYTES = 8 * 1024
ALGORITHMS = frozenset({"RS256", "ES256"})
# How far a provider's clock may be from ours.
LEEWAY_SECONDS = 60

_HEADER = {"alg", "kid", "typ"}
_REQUIRED = ["iss", "aud", "sub", "iat", "exp"]
# What PyJWT and the JSON decoder beneath it raise on hostile input.
_MALFORMED = (jwt.PyJWTError, ValueError, TypeError, RecursionError)


def believed_claims(
    id_token: str,
    *,
    find_key: Callable[[str], jwt.PyJWK | None],
    issuers: Sequence[str],
    client_id: str,
    nonce: str = "",
) -> Mapping[str, Any]:
    """Return the claims of an ID token issued for one of our apps; raises IdTokenRefused.

    A token that carries a nonce is worth nothing without it, so that one that was overheard
    opens no door. Tokens above 8 KiB are refused before anything in them is read.
    """
    if len(id_token) > MAX_TOKEN_BYTES:
        raise IdTokenRefused("The ID token is larger than 8 KiB.")
    try:
        key = find_key(_kid_of(id_token))
        if key is None:
            raise IdTokenRefused("The ID token's key is not one the provider publishes.")
        claims = _claims_of(id_token, key=key, issuers=issuers, client_id=client_id)
    except jwt.ExpiredSignatureError:
        raise IdTokenRefused("The ID token has expired; ask the provider for a new one.") from None
    except _MALFORMED:
        raise IdTokenRefused(
            "The ID token is malformed, or was not issued by this provider for this client id."
        ) from None
    _require_nonce(claims, nonce)
    return claims


def usable_keys(document: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """Return the keys of a JWKS document that sign by an algorithm we believe, by their id."""
    keys = {}
    for described in document.get("keys", ()):
        try:
            key = jwt.PyJWK(described)
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            continue
        is_for_signing = key.public_key_use in {None, "sig"}
        if isinstance(key.key_id, str) and key.algorithm_name in ALGORITHMS and is_for_signing:
            keys[key.key_id] = key
    return keys


def _kid_of(id_token: str) -> str:
    header = jwt.get_unverified_header(id_token)
    kid = header.get("kid")
    if not set(header) <= _HEADER or not isinstance(kid, str):
        raise IdTokenRefused("The ID token's header is not one the provider writes.")
    return kid


def _claims_of(
    id_token: str, *, key: jwt.PyJWK, issuers: Sequence[str], client_id: str
) -> Mapping[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        id_token,
        key.key,
        algorithms=[key.algorithm_name],
        audience=client_id,
        issuer=list(issuers),
        leeway=LEEWAY_SECONDS,
        options={"require": _REQUIRED, "strict_aud": True},
    )
    return claims


def _require_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    asked = str(claims.get("nonce", ""))
    # Apple's examples hash it before it leaves the phone, and others follow them.
    given = (nonce, hashlib.sha256(nonce.encode()).hexdigest() if nonce else "")
    if not any(hmac.compare_digest(asked.encode(), each.encode()) for each in given):
        raise IdTokenRefused("The ID token belongs to another nonce.")
