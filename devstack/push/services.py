"""The three push services as one object: all that they know, and where they listen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from devstack import ports, stack_file
from devstack.push import apns
from devstack.push.answers import Answers
from devstack.push.apns_connection import Faults, House
from devstack.push.certificates import authority_in
from devstack.push.issuing import BUNDLE, Consoles
from devstack.push.journal import Journal
from devstack.push.subscriptions import Subscriptions
from devstack.push.tokens import TokenEndpoint
from devstack.push.web_push import WebPush

JOURNAL_SIZE = 100_000


class PushServices:
    """FCM with its token endpoint, APNs and Web Push; all that lasts lies in one folder."""

    def __init__(self, folder: Path, *, journal_size: int = JOURNAL_SIZE) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.journal = Journal(journal_size)
        self.answers = Answers()
        self.consoles = Consoles(folder)
        self.tokens = TokenEndpoint(self.consoles)
        self.web_push = WebPush(Subscriptions(folder))
        self.apns = House(apns.Gate(self.consoles), self.journal, self.answers)
        self.authority = authority_in(folder)
        self.http_port = 0
        self.apns_port = 0

    @property
    def url(self) -> str:
        """Where FCM, its token endpoint, Web Push, the page and the control API are."""
        return f"http://{ports.LOOPBACK}:{self.http_port}"

    @property
    def apns_host(self) -> str:
        """Where APNs is, over TLS by our own authority."""
        return f"{ports.LOOPBACK}:{self.apns_port}"

    @property
    def token_uri(self) -> str:
        """Where service accounts get their access tokens."""
        return f"{self.url}/token"

    @property
    def accounts_file(self) -> Path:
        """What `write_accounts` writes."""
        return self.folder / "accounts.json"

    def accounts(self) -> list[dict[str, Any]]:
        """Return how to reach each service, as Mainstay's accounts at providers want it."""
        account, key = self.consoles.service_account(), self.consoles.first_key()
        return [
            {
                "name": "demo-fcm",
                "service": "fcm",
                "config": {"project_id": account.project_id, "api_url": self.url},
                "secret": json.dumps(account.as_file(self.token_uri)),
            },
            {
                "name": "demo-apns",
                "service": "apns",
                "config": {
                    "team_id": key.team_id,
                    "key_id": key.key_id,
                    "environment": "sandbox",
                    "topic": BUNDLE,
                    "host": self.apns_host,
                    "ca_file": str(self.authority.ca_file.absolute()),
                },
                "secret": key.private_key,
            },
        ]

    def forget(self) -> None:
        """Begin anew: nothing received, nothing scripted, healthy."""
        self.journal.forget()
        self.answers.clear()
        self.apns.faults = Faults()
        self.apns.gate.update_seconds = float(apns.UPDATE_SECONDS)

    def write_accounts(self) -> None:
        """Write `accounts` to a file, by which the demo data finds its way here."""
        text = json.dumps(self.accounts(), indent=2) + "\n"
        stack_file.write_private(self.accounts_file, text)
