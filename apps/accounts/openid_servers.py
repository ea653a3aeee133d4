"""What OpenID providers publish, and codes they trade for ID tokens; all by the guarded client."""

import threading
from collections.abc import Mapping
from concurrent.futures import TimeoutError as TakesTooLong
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jwt
import orjson
import structlog

from apps.accounts.errors import IdTokenRefused, ProviderUnavailable
from apps.accounts.openid import usable_keys
from apps.kernel import clock
from apps.kernel.errors import AppError
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import check_url, outbound_client, run_outbound
from apps.resilience.types import OutboundResponse

# A sign-in waits no longer, whatever the client would allow.
ANSWER_SECONDS = 4.0
FRESH = timedelta(hours=1)
# Unknown key ids cost the provider one request in this time, and not one each.
ASKED_AGAIN_AFTER = timedelta(minutes=1)
# While a provider is dead, most sign-ins are told so at once and hold nothing meanwhile.
PAUSE = timedelta(seconds=10)

_FORM = "application/x-www-form-urlencoded"
_log = structlog.get_logger("accounts")


class OpenIdServer:
    """One issuer as this process knows it: its keys and endpoints, read again every hour."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._lock = threading.Lock()
        self._endpoints: Mapping[str, Any] = {}
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._read_at: datetime | None = None
        self._failed_at: datetime | None = None

    def key(self, kid: str) -> jwt.PyJWK | None:
        """Return the key with this id, None if the provider has none; what is known is kept.

        Raises ProviderUnavailable where nothing is known and the provider does not answer.
        """
        with self._lock:
            self._be_fresh(FRESH)
            if kid not in self._keys:
                self._be_fresh(ASKED_AGAIN_AFTER)
            return self._keys.get(kid)

    def id_token_for(self, code: str, **form: str) -> str:
        """Trade an authorization code for an ID token (RFC 6749 section 4.1.3).

        Raises IdTokenRefused if the provider refuses the code, or ProviderUnavailable.
        """
        with self._lock:
            self._be_fresh(FRESH)
            endpoint = str(self._endpoints.get("token_endpoint", ""))
        sent = urlencode({"grant_type": "authorization_code", "code": code, **form})
        answer = _ask("POST", endpoint, body=sent.encode(), headers={"Content-Type": _FORM})
        if answer.status in {400, 401}:
            raise IdTokenRefused("The provider refused the code; each works once, for minutes.")
        return str(_document(answer).get("id_token", ""))

    def _be_fresh(self, age: timedelta) -> None:
        now = clock.now()
        if self._read_at is not None and now - self._read_at < age:
            return
        if self._failed_at is not None and now - self._failed_at < PAUSE:
            self._require_anything()
            return
        try:
            self._read()
            self._read_at, self._failed_at = now, None
        except AppError as failure:
            self._failed_at = now
            _log.warning("provider.unread", issuer=self._issuer, reason=failure.detail)
            self._require_anything()

    def _read(self) -> None:
        about = _document(_ask("GET", f"{self._issuer}/.well-known/openid-configuration"))
        if about.get("issuer") != self._issuer:
            # OpenID Connect Discovery 1.0 section 4.3.
            raise unavailable("It says it is another issuer.")
        keys = usable_keys(_document(_ask("GET", check_url(str(about.get("jwks_uri"))))))
        self._endpoints, self._keys = about, keys

    def _require_anything(self) -> None:
        if self._read_at is None:
            raise unavailable("It does not answer.")


@cache
def openid_server(issuer: str) -> OpenIdServer:
    """Return what this process knows of an issuer."""
    return OpenIdServer(issuer)


def unavailable(why: str) -> ProviderUnavailable:
    """Return the refusal of a sign-in whose provider cannot be asked."""
    return ProviderUnavailable(
        f"The provider cannot be asked. {why} Try again, or sign in another way.",
        headers={"Retry-After": str(int(PAUSE.total_seconds()))},
    )


def _ask(
    method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> OutboundResponse:
    async def call() -> OutboundResponse:
        return await outbound_client().request(
            method, url, purpose="provider", body=body, headers=headers
        )

    answering = run_outbound(call())
    try:
        return answering.result(timeout=ANSWER_SECONDS)
    except TakesTooLong:
        answering.cancel()
        raise unavailable("It takes too long.") from None
    except OutboundFailed as failure:
        raise unavailable(failure.detail) from None


def _document(answer: OutboundResponse) -> Mapping[str, Any]:
    try:
        document = orjson.loads(answer.body) if answer.status == 200 else None
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise unavailable(f"Its answer, of status {answer.status}, is not what was asked for.")
    return document
