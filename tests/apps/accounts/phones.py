"""A phone that speaks allauth's headless protocol, and reads its owner's mail."""

import base64
import hmac
import itertools
import re
import struct
import time
from typing import Any, cast

import orjson
from django.core import mail
from django.http import HttpResponse
from django.test import Client, TestCase

from apps.accounts.models import User
from apps.events.models import LogEntry
from tests.factories.accounts import PASSWORD

FLOWS = "/_allauth/app/v1"
API = "/api/v1/accounts"

_CODE = r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$"
_numbers = itertools.count(1)


class Phone:
    """An app on a phone with an address of its own, so that no limit is shared with others."""

    def __init__(self) -> None:
        number = next(_numbers)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self._client = Client(REMOTE_ADDR=address, raise_request_exception=False)
        self.session_token = ""
        self.access_token = ""
        self.refresh_token = ""
        self.device_token = ""

    def send(self, method: str, path: str, body: Any = None) -> HttpResponse:
        """Send a request and keep the tokens of the answer, as an app would."""
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        headers = {"User-Agent": "TestPhone/1.0"}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        elif self.session_token:
            headers["X-Session-Token"] = self.session_token
        if self.device_token:
            headers["X-Device-Token"] = self.device_token
        # Mail is sent after the commit, which a test within a transaction would wait for in vain.
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = self._client.generic(
                method, path, content, content_type="application/json", headers=headers
            )
        response = cast("HttpResponse", answer)
        self._keep_tokens(response)
        return response

    def get(self, path: str) -> HttpResponse:
        """Read."""
        return self.send("GET", path)

    def post(self, path: str, **body: Any) -> HttpResponse:
        """Write."""
        return self.send("POST", path, body)

    def delete(self, path: str) -> HttpResponse:
        """Remove."""
        return self.send("DELETE", path)

    def sign_up(self, email: str, password: str = PASSWORD, **more: Any) -> HttpResponse:
        """Ask for an account."""
        return self.post(f"{FLOWS}/auth/signup", email=email, password=password, **more)

    def verify(self, code: str) -> HttpResponse:
        """Enter the code that came by mail."""
        return self.post(f"{FLOWS}/auth/email/verify", key=code)

    def verify_quietly_with_mail(self) -> bool:
        """Enter the newest code anybody got; say whether it was the one of this phone."""
        code = re.search(_CODE, str(mail.outbox[0].body), re.MULTILINE)
        return code is not None and self.verify(code[1]).status_code == 200

    def sign_in(self, email: str, password: str = PASSWORD) -> HttpResponse:
        """Sign in."""
        return self.post(f"{FLOWS}/auth/login", email=email, password=password)

    def set_up_totp(self) -> str:
        """Add an authenticator app, and return its secret."""
        self.show_password_again()
        asked = self.get(f"{FLOWS}/account/authenticators/totp")
        secret: str = shown(asked)["meta"]["secret"]
        added = self.post(f"{FLOWS}/account/authenticators/totp", code=totp(secret))
        assert added.status_code == 200, added.content
        return secret

    def show_password_again(self, password: str = PASSWORD) -> None:
        """Enter the password once more, as something delicate asks for."""
        answer = self.post(f"{FLOWS}/auth/reauthenticate", password=password)
        assert answer.status_code == 200, answer.content

    def enter(self, code: str) -> HttpResponse:
        """Enter a code of an authenticator app, or a recovery code."""
        return self.post(f"{FLOWS}/auth/2fa/authenticate", code=code)

    def start_as_a_guest(self) -> None:
        """Make an account that needs no address."""
        answer = self.post(f"{API}/guests/", locale="de-AT", time_zone="Europe/Vienna")
        assert answer.status_code == 201, answer.content
        tokens = shown(answer)
        self.access_token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]

    def refresh(self) -> HttpResponse:
        """Spend the refresh token."""
        return self.post(f"{FLOWS}/tokens/refresh", refresh_token=self.refresh_token)

    @property
    def is_signed_in(self) -> bool:
        """Whether the access token opens a door."""
        return self.get(f"{API}/me/").status_code == 200

    def _keep_tokens(self, response: HttpResponse) -> None:
        document = shown(response)
        found = {**(document.get("meta") or {}), **_mapping(document.get("data"))}
        self.session_token = found.get("session_token", self.session_token)
        self.access_token = found.get("access_token", self.access_token)
        self.refresh_token = found.get("refresh_token", self.refresh_token)


def signed_in(user: User) -> Phone:
    """Return a phone on which somebody is signed in by their password."""
    phone = Phone()
    phone.sign_in(user.email)
    assert phone.access_token
    return phone


def ends_of(user: User) -> list[str]:
    """Return why sessions of a user ended, oldest first."""
    entries = LogEntry.objects.filter(
        topic="accounts.session.ended", payload__user_id=str(user.public_id)
    )
    return [entry.payload["reason"] for entry in entries.order_by("position")]


def shown(response: HttpResponse) -> dict[str, Any]:
    """Return the JSON object of a response, {} if it has none."""
    if "json" not in response.headers.get("Content-Type", ""):
        return {}
    return _mapping(orjson.loads(response.content))


def totp(secret: str) -> str:
    """Return what an authenticator app shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def code_mailed_to(email: str) -> str:
    """Return the code in the newest mail to an address."""
    messages = [message for message in mail.outbox if message.to == [email]]
    code = re.search(_CODE, str(messages[-1].body), re.MULTILINE)
    assert code is not None, messages[-1].body
    return code[1]


def subjects_mailed_to(email: str) -> list[str]:
    """Return the subjects of all mails to an address, oldest first."""
    return [str(message.subject) for message in mail.outbox if message.to == [email]]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
