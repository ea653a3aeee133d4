"""The demo's accounts at the push services that `make run` brings along."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.notifications import services as notifications
from apps.notifications.selectors import provider_accounts
from apps.notifications.types import PushService

WEB_PUSH: Mapping[str, Any] = {
    "name": "demo-web-push",
    "service": PushService.WEB_PUSH.value,
    "config": {"subject": "mailto:demo@mainstay.local"},
}


def open_push_accounts(told: Sequence[Mapping[str, Any]]) -> None:
    """Make sure that Mainstay knows accounts as the push services tell them, and a VAPID key.

    Repeating it adds nothing; what has moved or got other keys is followed.
    """
    known = {account.name: account.config for account in provider_accounts()}
    for account in (*told, WEB_PUSH):
        if account["name"] not in known:
            notifications.create_account(**account)
        elif not _is_current(account, known[account["name"]]):
            notifications.rotate_account_secret(
                name=account["name"], secret=account["secret"], config=account["config"]
            )


def _is_current(account: Mapping[str, Any], known: Mapping[str, str]) -> bool:
    if account["service"] == PushService.FCM:
        return False  # its settings do not tell which key it has
    # Another key of APNs has another id; the same one must not sign anew for no reason.
    return bool(account["config"].items() <= known.items())
