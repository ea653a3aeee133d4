"""Google's token endpoint: trades a signed assertion for an access token (RFC 7523)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from devstack.push.issuing import Consoles, ServiceAccount

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# What google-auth names as audience, whatever the account's token_uri says.
GOOGLE = "https://oauth2.googleapis.com/token"
SCOPES = {
    "https://www.googleapis.com/auth/firebase.messaging",
    "https://www.googleapis.com/auth/cloud-platform",
}
LIFETIME_SECONDS = 3599
LONGEST_ASSERTION_SECONDS = 3600
_PREFIX = "ya29."


class GrantRefused(Exception):
    """The assertion is not good for a token; the words are OAuth's."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


@dataclass(frozen=True)
class Access:
    """What an access token stands for."""

    project_id: str
    issued_at: float
    expires_at: float


class TokenEndpoint:
    """Grants access tokens; they are signed, so that a restart does not end them."""

    def __init__(self, consoles: Consoles) -> None:
        self._consoles = consoles
        self._known: dict[str, Access] = {}
        # Tokens issued before are refused.
        self._valid_from = 0.0
        self.granted = 0
        self.lifetime_seconds = LIFETIME_SECONDS

    def grant(self, form: Mapping[str, str], *, token_uri: str) -> dict[str, Any]:
        """Return the endpoint's answer to a request; raises GrantRefused."""
        if form.get("grant_type") != GRANT:
            raise GrantRefused("unsupported_grant_type", "Invalid grant_type.")
        account = self._signer_of(form.get("assertion", ""), token_uri)
        self.granted += 1
        return {
            "access_token": self._new_token(account.project_id),
            "expires_in": self.lifetime_seconds,
            "token_type": "Bearer",
        }

    def access_by(self, authorization: str) -> Access | None:
        """Return what a request's token allows now; None for none, a false or an ended one."""
        access = self._known.get(authorization) or self._read(authorization)
        if access is None or not self._valid_from <= access.issued_at:
            return None
        return access if time.time() < access.expires_at else None

    def expire_all(self) -> None:
        """End every token granted so far."""
        self._valid_from = time.time()

    def _signer_of(self, assertion: str, token_uri: str) -> ServiceAccount:
        try:
            told = jwt.decode(assertion, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            raise GrantRefused("invalid_request", "Bad Request") from None
        account = self._consoles.account_of(str(told.get("iss")))
        if account is None:
            raise GrantRefused("invalid_grant", "Invalid grant: account not found")
        key = load_pem_private_key(account.private_key.encode(), None)
        try:
            claims = jwt.decode(
                assertion,
                key.public_key(),  # type: ignore[arg-type]  # always RSA
                algorithms=["RS256"],
                audience=[GOOGLE, token_uri],
                options={"require": ["iss", "aud", "iat", "exp"]},
            )
        except jwt.InvalidSignatureError:
            raise GrantRefused("invalid_grant", "Invalid JWT Signature.") from None
        except jwt.InvalidTokenError as reason:
            raise GrantRefused("invalid_grant", f"Invalid JWT: {reason}") from None
        _check(claims)
        return account

    def _new_token(self, project_id: str) -> str:
        now = time.time()
        told = {"p": project_id, "i": now, "e": now + self.lifetime_seconds}
        told["n"] = secrets.token_hex(8)
        payload = base64.urlsafe_b64encode(json.dumps(told).encode()).decode()
        return f"{_PREFIX}{payload}.{self._signature(payload)}"

    def _read(self, authorization: str) -> Access | None:
        payload, _, signature = (
            authorization.removeprefix("Bearer ").removeprefix(_PREFIX).rpartition(".")
        )
        if not hmac.compare_digest(signature.encode(), self._signature(payload).encode()):
            return None
        told = json.loads(base64.urlsafe_b64decode(payload))
        access = self._known[authorization] = Access(told["p"], told["i"], told["e"])
        return access

    def _signature(self, payload: str) -> str:
        return hmac.new(self._consoles.token_key, payload.encode(), hashlib.sha256).hexdigest()


def _check(claims: Mapping[str, Any]) -> None:
    if claims["exp"] - claims["iat"] > LONGEST_ASSERTION_SECONDS:
        raise GrantRefused(
            "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes)."
        )
    if not SCOPES & set(str(claims.get("scope", "")).split()):
        raise GrantRefused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
