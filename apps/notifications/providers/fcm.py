"""FCM HTTP v1: one POST per message over pooled connections; nothing is retried here."""

from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson

from apps.notifications.fcm_messages import fcm_message
from apps.notifications.providers.replies import Asked, answered, unanswered
from apps.notifications.types import Parcel, ProviderSettings, PushService, Reply
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import outbound_client
from apps.resilience.types import OutboundResponse

API_URL = "https://fcm.googleapis.com"
_ERROR_TYPE = "type.googleapis.com/google.firebase.fcm.v1.FcmError"


class FcmProvider:
    """Carries parcels to Firebase Cloud Messaging with the account's shared access token."""

    name = PushService.FCM.value

    async def send(self, parcel: Parcel, account: ProviderSettings | None) -> Reply:
        """Carry one parcel, once."""
        assert account is not None
        asked = Asked()
        try:
            response = await outbound_client().request(
                "POST",
                _url(account.config.get("api_url", API_URL), account.config["project_id"]),
                purpose="fcm",
                body=fcm_message(parcel, now=asked.at),
                headers={
                    "Authorization": f"Bearer {account.token}",
                    "Content-Type": "application/json",
                },
            )
        except OutboundFailed as failure:
            return unanswered(asked, code=failure.kind, reason=failure.detail)
        return _judged(asked, account, response)

    async def close(self) -> None:
        """Nothing of its own is open: the connections are the outbound client's."""


@lru_cache(maxsize=64)
def _url(api_url: str, project_id: str) -> str:
    return f"{api_url}/v1/projects/{quote(project_id, safe='')}/messages:send"


def _judged(asked: Asked, account: ProviderSettings, response: OutboundResponse) -> Reply:
    try:
        told: Any = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        told = None
    told = told if isinstance(told, dict) else {}
    error = told.get("error")
    error = error if isinstance(error, dict) else {}
    return answered(
        asked,
        account,
        status=response.status,
        code=_code(error),
        reason=str(error.get("message", "")),
        provider_id=str(told.get("name", "")),
        retry_after=next(
            (value for name, value in response.headers if name.lower() == "retry-after"), ""
        ),
    )


def _code(error: dict[str, Any]) -> str:
    """Return FCM's own word for an error, or Google's common one where FCM has none."""
    details = error.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and detail.get("@type") == _ERROR_TYPE:
            return str(detail.get("errorCode", ""))
    return str(error.get("status", ""))
