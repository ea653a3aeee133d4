"""A phone: signs up through the public API, keeps its tokens and calls the house."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp

from apps.playground.journey.narration import NotSeen
from apps.playground.journey.waiting import until

_AUTH = "/_allauth/app/v1/auth"


@dataclass
class Phone:
    """One person's phone, with an e-mail address nobody else has."""

    name: str
    platform: Literal["ios", "android"]
    http: aiohttp.ClientSession
    base_url: str
    email: str = ""
    password: str = field(default_factory=lambda: f"Quay-7-{secrets.token_urlsafe(12)}!")
    access_token: str = ""
    session_token: str = ""

    def __post_init__(self) -> None:
        """Choose a fresh address, so that the journey can be walked again."""
        self.email = f"{self.name}-{secrets.token_hex(4)}@journey.mainstay.local"

    async def call(
        self, method: str, path: str, body: Any = None, *, expect: int = 200, key: str = ""
    ) -> Any:
        """Call the house and return the answer's JSON; raises NotSeen for another status.

        Called again with the same key, a POST is answered alike and does nothing.
        """
        headers = {"X-Request-ID": f"journey-{secrets.token_hex(4)}"}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        elif self.session_token:
            headers["X-Session-Token"] = self.session_token
        if key:
            headers["Idempotency-Key"] = key
        url = self.base_url + path
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            text = await answer.text()
            if answer.status != expect:
                raise NotSeen(f"{method} {path} answered {answer.status}, not {expect}: {text}")
            return await answer.json(content_type=None) if text else None

    async def sign_up(self) -> None:
        """Create an account; it waits for its e-mail to be verified."""
        body = {"email": self.email, "password": self.password}
        answer = await self.call("POST", f"{_AUTH}/signup", body, expect=401)
        self.session_token = answer["meta"]["session_token"]

    async def verify_email(self) -> None:
        """Type in the code from the mail; this signs in."""
        code = await until(self._code_from_mail, what=f"a mail to {self.email}")
        answer = await self.call("POST", f"{_AUTH}/email/verify", {"key": code})
        self.access_token = answer["meta"]["access_token"]

    async def sign_in(self) -> None:
        """Sign in anew, as after a reinstall."""
        self.access_token = self.session_token = ""
        body = {"email": self.email, "password": self.password}
        answer = await self.call("POST", f"{_AUTH}/login", body)
        self.access_token = answer["meta"]["access_token"]

    async def register_device(self) -> Any:
        """Make this phone known to the house."""
        return await self.call(
            "POST",
            "/api/v1/accounts/devices/",
            {
                "installation_id": secrets.token_hex(16),
                "platform": self.platform,
                "model": "Pixel 9" if self.platform == "android" else "iPhone 17",
                "os_version": "26.1",
                "app_version": "1.0.0",
                "locale": "en",
                "time_zone": "Europe/Berlin",
                "name": f"{self.name}'s phone",
            },
            expect=201,
        )

    async def _code_from_mail(self) -> str | None:
        url = f"{self.base_url}/playground/mail/"
        query = {"to": self.email, "format": "json"}
        async with self.http.get(url, params=query) as answer:
            mails = await answer.json()
        return mails[0]["code"] if mails else None


async def together(*phones: Phone, method: str) -> None:
    """Let several phones do the same at once."""
    await asyncio.gather(*(getattr(phone, method)() for phone in phones))
