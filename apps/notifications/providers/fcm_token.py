"""FCM's access token: asked of Google with a JWT signed by the service account (RFC 7523)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

from apps.kernel.clock import now
from apps.notifications.providers.minting import Minted, MintingFailed
from apps.notifications.types import ProviderSettings
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import outbound_client, run_outbound
from apps.resilience.types import OutboundResponse

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# What Google's own libraries sign for, wherever the token is asked for.
AUDIENCE = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
ASSERTION_LIFETIME = timedelta(minutes=5)
WAIT_SECONDS = 20


def mint(account: ProviderSettings) -> Minted:
    """Ask for an access token; raises MintingFailed. Takes up to 15 s."""
    described, credential = read_service_account(account.secret)
    issued_at = now()
    response = _asked(described["token_uri"], _assertion(credential, issued_at))
    told = _read(response)
    if response.status != 200 or "access_token" not in told:
        raise _refusal(response.status, told)
    lifetime = timedelta(seconds=int(told.get("expires_in", 3600)))
    return Minted(
        token=str(told["access_token"]), issued_at=issued_at, expires_at=issued_at + lifetime
    )


def read_service_account(secret: bytes) -> tuple[dict[str, str], Any]:
    """Return what a service account's JSON says, and Google's credential of it.

    Raises MintingFailed where it is none.
    """
    from firebase_admin.credentials import Certificate  # noqa: PLC0415  a tenth of a second

    try:
        described = orjson.loads(secret)
        return described, Certificate(described).get_credential()
    except (orjson.JSONDecodeError, ValueError, TypeError, AttributeError, OSError) as error:
        raise MintingFailed(
            f"The service account cannot be read: {error}",
            code="unusable_service_account",
            is_our_fault=True,
        ) from error


def _assertion(credential: Any, issued_at: datetime) -> bytes:
    from google.auth import jwt  # noqa: PLC0415  as above

    claims = {
        "iss": credential.service_account_email,
        "scope": SCOPE,
        "aud": AUDIENCE,
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + ASSERTION_LIFETIME).timestamp()),
    }
    encode: Callable[[Any, Mapping[str, Any]], bytes] = jwt.encode
    return encode(credential.signer, claims)


def _asked(url: str, assertion: bytes) -> OutboundResponse:
    body = urlencode({"grant_type": GRANT, "assertion": assertion.decode()}).encode()

    async def ask() -> OutboundResponse:
        return await outbound_client().request(
            "POST",
            url,
            purpose="fcm_token",
            body=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )

    try:
        return run_outbound(ask()).result(timeout=WAIT_SECONDS)
    except (OutboundFailed, TimeoutError) as error:
        detail = error.detail if isinstance(error, OutboundFailed) else "No answer in time."
        raise MintingFailed(
            f"No access token: {detail}", code="token_unavailable", is_our_fault=False
        ) from error


def _read(response: OutboundResponse) -> dict[str, Any]:
    try:
        told = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _refusal(status: int, told: dict[str, Any]) -> MintingFailed:
    code = str(told.get("error", "")) or f"status_{status}"
    about = str(told.get("error_description", "")) or f"the token endpoint answered {status}"
    return MintingFailed(
        f"No access token: {about}",
        code=code,
        # RFC 6749 section 5.2: a refusal is a 400 or 401; the rest passes.
        is_our_fault=400 <= status < 500 and status not in {408, 429},
        status=status,
    )
