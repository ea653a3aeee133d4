"""Web Push: encrypted by RFC 8291, signed by RFC 8292, sent by RFC 8030.

Endpoints are URLs that browsers gave us, so the guarded outbound client dials them, and follows no
redirect.
"""

import re
from time import time
from typing import Any

from apps.notifications.payloads import web_push_headers, web_push_payload
from apps.notifications.providers.replies import Asked, answered, unanswered
from apps.notifications.types import Address, Outcome, Parcel, ProviderSettings, PushService, Reply
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import outbound_client

# RFC 8292 allows 24 hours; half of it leaves room for clocks that disagree.
TOKEN_SECONDS = 12 * 3600
RENEW_SECONDS = 3600
REMEMBERED_TOKENS = 1000
READ_AT_MOST = 4096

# As `urlsplit` finds it, in a tenth of the time; endpoints were normalised when they came.
_ORIGIN = re.compile(r"https?://[^/?#]*")


class WebPushProvider:
    """Carries parcels to whichever push service a browser has chosen."""

    name = PushService.WEB_PUSH.value

    def __init__(self) -> None:
        self._tokens: dict[tuple[int, bytes, str], tuple[float, str]] = {}

    async def send(self, parcel: Parcel, account: ProviderSettings | None) -> Reply:
        """Carry one parcel, once."""
        assert account is not None
        assert parcel.address is not None
        asked = Asked()
        try:
            body = _encrypted(web_push_payload(parcel), parcel.address)
        except (ValueError, TypeError) as error:
            # The keys of the subscription are not on the curve, or not base64.
            return unanswered(
                asked, code="unusable_keys", reason=str(error), outcome=Outcome.FAILED
            )
        try:
            authorization = self._authorization(account, parcel.address.token)
        except (ValueError, TypeError) as error:
            return unanswered(
                asked, code="unusable_vapid_key", reason=str(error), outcome=Outcome.MISCONFIGURED
            )
        headers = {
            "Authorization": authorization,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            **web_push_headers(parcel, now=asked.at),
        }
        try:
            response = await outbound_client().request(
                "POST",
                parcel.address.token,
                purpose="web_push",
                body=body,
                headers=headers,
                read_at_most=READ_AT_MOST,
            )
        except OutboundFailed as failure:
            return unanswered(asked, code=failure.kind, reason=failure.detail)
        told = {name.lower(): value for name, value in response.headers}
        return answered(
            asked,
            account,
            status=response.status,
            reason=response.body.decode(errors="replace").replace("\0", ""),
            provider_id=told.get("location", ""),
            retry_after=told.get("retry-after", ""),
        )

    async def close(self) -> None:
        """Nothing of its own is open: the connections are the outbound client's."""

    def _authorization(self, account: ProviderSettings, endpoint: str) -> str:
        """Return the VAPID header for an endpoint's origin, signed anew when it gets old."""
        origin = origin_of(endpoint)
        key = (account.id, account.secret, origin)
        expires, header = self._tokens.get(key, (0.0, ""))
        if expires - time() < RENEW_SECONDS:
            expires = time() + TOKEN_SECONDS
            header = vapid_header(account, origin=origin, expires=int(expires))
            if len(self._tokens) >= REMEMBERED_TOKENS:
                self._tokens.clear()
            self._tokens[key] = (expires, header)
        return header


def origin_of(endpoint: str) -> str:
    """Return the scheme and host of an endpoint; each is another push service."""
    found = _ORIGIN.match(endpoint)
    return found[0] if found else endpoint


def vapid_header(account: ProviderSettings, *, origin: str, expires: int) -> str:
    """Return what shows a push service who we are (RFC 8292 section 3).

    Raises ValueError where the account's secret is no private key on P-256.
    """
    from py_vapid import Vapid02, VapidException  # noqa: PLC0415  few processes send

    try:
        vapid = Vapid02.from_pem(account.secret)
        claims = {"aud": origin, "exp": expires, "sub": account.config["subject"]}
        return str(vapid.sign(claims)["Authorization"])
    except VapidException as error:
        raise ValueError(str(error)) from error


def _encrypted(plaintext: bytes, address: Address) -> bytes:
    from pywebpush import WebPusher, WebPushException  # noqa: PLC0415  as above

    keys = {"p256dh": address.p256dh, "auth": address.auth}
    try:
        encoded: dict[str, Any] = WebPusher({"endpoint": address.token, "keys": keys}).encode(
            plaintext, content_encoding="aes128gcm"
        )
    except WebPushException as error:
        raise ValueError(str(error)) from error
    return bytes(encoded["body"])
