"""Access tokens as JWTs after RFC 9068, with the strictness of RFC 8725.

Nothing in a token chooses how it is verified: the algorithm comes from the key that ``kid``
names, and header parameters that bring keys or extensions along are refused.
"""

from collections.abc import Callable, Mapping
from typing import Any

import jwt

from apps.keyring.errors import TokenRefused
from apps.keyring.ring import LiveKey

MAX_TOKEN_BYTES = 8 * 1024
TYPE = "at+jwt"
# How far the clocks of our own servers may be apart.
LEEWAY_SECONDS = 5

_HEADER = {"alg", "kid", "typ"}
_REQUIRED = ["iss", "aud", "sub", "iat", "exp", "jti"]
# What PyJWT and the JSON decoder beneath it raise on hostile input.
_MALFORMED = (jwt.PyJWTError, ValueError, TypeError, RecursionError)


def encode(claims: Mapping[str, Any], *, key: LiveKey) -> str:
    """Return the signed compact form of a set of claims."""
    headers = {"kid": key.kid, "typ": TYPE}
    return jwt.encode(dict(claims), key.private_key, algorithm=key.algorithm.value, headers=headers)


def decode(
    token: str, *, find_key: Callable[[str], LiveKey | None], audience: str, issuer: str
) -> Mapping[str, Any]:
    """Return the claims of a token issued here for an audience; raises TokenRefused otherwise.

    Tokens above 8 KiB are refused before anything in them is read.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise TokenRefused("The token is larger than 8 KiB.")
    try:
        key = find_key(_kid_of(token))
        if key is None:
            raise TokenRefused("The token's key is unknown or was revoked.")
        return _claims_of(token, key=key, audience=audience, issuer=issuer)
    except jwt.ExpiredSignatureError:
        raise TokenRefused("The token has expired.") from None
    except _MALFORMED:
        raise TokenRefused("The token is malformed or was not issued here.") from None


def _kid_of(token: str) -> str:
    header = jwt.get_unverified_header(token)
    kid = header.get("kid")
    if set(header) != _HEADER or header["typ"] != TYPE or not isinstance(kid, str):
        raise TokenRefused("The token's header is not one that is issued here.")
    return kid


def _claims_of(token: str, *, key: LiveKey, audience: str, issuer: str) -> Mapping[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        token,
        key.public_key,
        algorithms=[key.algorithm.value],
        audience=audience,
        issuer=issuer,
        leeway=LEEWAY_SECONDS,
        options={"require": _REQUIRED},
    )
    return claims
