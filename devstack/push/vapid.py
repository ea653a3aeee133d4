"""VAPID (RFC 8292): who signs for a push, and whether the signature holds here and now."""

from __future__ import annotations

import base64
import re
import time
from dataclasses import dataclass

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

LONGEST_SECONDS = 24 * 60 * 60
_PART = re.compile(r"([tk])=([A-Za-z0-9._~+/=-]+)")


class BadVapid(Exception):
    """The signature is not good; the message says why."""


@dataclass(frozen=True)
class Signer:
    """Who vouches for a push: a public key, for whom it signed, and until when."""

    # Base64url of the uncompressed point, as browsers want it.
    key: str
    audience: str
    expires_at: float
    subject: str


class Vapid:
    """Reads the Authorization header of pushes; each distinct one is verified once."""

    def __init__(self) -> None:
        self._known: dict[str, Signer] = {}

    def signer_of(self, authorization: str, audience: str) -> Signer:
        """Return who signed for a push to this origin; raises BadVapid."""
        signer = self._known.get(authorization)
        if signer is None:
            signer = self._known[authorization] = _read(authorization)
        if signer.audience.rstrip("/") != audience:
            raise BadVapid(f"aud is {signer.audience}, but this is {audience}")
        left = signer.expires_at - time.time()
        if not 0 < left <= LONGEST_SECONDS:
            raise BadVapid("exp is over, or more than 24 hours ahead")
        return signer


def public_point(key: str) -> ec.EllipticCurvePublicKey:
    """Read a public key as browsers and VAPID write it; raises ValueError."""
    curve = ec.SECP256R1()
    return ec.EllipticCurvePublicKey.from_encoded_point(curve, from_base64url(key))


def from_base64url(text: str) -> bytes:
    """Decode base64url, padded or not; raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_base64url(value: bytes) -> str:
    """Encode as base64url without padding, as the RFCs of Web Push write it."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _read(authorization: str) -> Signer:
    scheme, _, told = authorization.partition(" ")
    parts = dict(_PART.findall(told))
    if scheme.lower() != "vapid" or parts.keys() != {"t", "k"}:
        raise BadVapid('the header is not "vapid t=<token>, k=<key>"')
    try:
        claims = jwt.decode(
            parts["t"],
            public_point(parts["k"]),
            algorithms=["ES256"],
            # Whom it is for and how long is judged at each push, not once.
            options={"require": ["aud", "exp"], "verify_aud": False, "verify_exp": False},
        )
        expires_at = float(claims["exp"])
    except (jwt.InvalidTokenError, ValueError, TypeError, UnsupportedAlgorithm) as reason:
        raise BadVapid(str(reason)) from None
    subject = str(claims.get("sub", ""))
    if subject and not subject.startswith(("mailto:", "https:")):
        raise BadVapid("sub is neither a mailto: nor an https: address")
    return Signer(parts["k"].rstrip("="), str(claims["aud"]), expires_at, subject)
