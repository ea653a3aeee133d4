"""Receivers as partners write them: one that is right, and the usual mistakes."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.hostile_server import Behaviour, Request, answering

Accepts = Callable[[Request], bool]


def receiving(accepts: Accepts) -> Behaviour:
    """Answer 204 to what is accepted and 401 to the rest."""
    accepted, refused = answering(204), answering(401)

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        await (accepted if accepts(request) else refused)(request, writer)

    return behave


def right(secret: str) -> Behaviour:
    """Verify with the reference library, and recognise what was there before."""
    seen: set[str] = set()
    fresh, known, refused = answering(204), answering(204, Webhook_Duplicate="true"), answering(401)

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        if not _verifies(secret, request.body, request.headers):
            await refused(request, writer)
            return
        message_id = request.headers["webhook-id"]
        await (known if message_id in seen else fresh)(request, writer)
        seen.add(message_id)

    return behave


def forgetful(secret: str) -> Behaviour:
    """Verify with the reference library, and say nothing of duplicates."""
    return receiving(lambda request: _verifies(secret, request.body, request.headers))


def trusting() -> Behaviour:
    """Accept everything."""
    return receiving(lambda _: True)


def timeless(secret: str) -> Behaviour:
    """Verify the signature, whatever the timestamp says."""
    return receiving(lambda request: _signature_of(secret, request) in _signatures(request))


def parsing(secret: str) -> Behaviour:
    """Verify the signature over JSON that was parsed and written again."""

    def accepts(request: Request) -> bool:
        text = json.dumps(json.loads(request.body), separators=(",", ":"), ensure_ascii=False)
        return _verifies(secret, text.encode(), request.headers)

    return receiving(accepts)


def single_minded(secret: str) -> Behaviour:
    """Look at the first signature alone."""

    def accepts(request: Request) -> bool:
        first = request.headers.get("webhook-signature", "").split(" ")[0]
        return _verifies(secret, request.body, {**request.headers, "webhook-signature": first})

    return receiving(accepts)


def _verifies(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except (WebhookVerificationError, ValueError):
        return False
    return True


def _signature_of(secret: str, request: Request) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{request.headers.get('webhook-id')}.{request.headers.get('webhook-timestamp')}."
    digest = hmac.digest(key, signed.encode() + request.body, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


def _signatures(request: Request) -> list[str]:
    return request.headers.get("webhook-signature", "").split(" ")
