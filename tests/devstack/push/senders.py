"""App servers as the services meet them: google-auth, a bare HTTP/2 client, pywebpush."""

import asyncio
import json
import ssl
import time
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

import jwt
from aiohttp import ClientResponse, ClientSession
from cryptography.hazmat.primitives import serialization
from google.auth.transport.requests import Request
from google.oauth2 import service_account
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from hyperframe.frame import GoAwayFrame
from py_vapid import Vapid
from pywebpush import WebPusher

from devstack.push.issuing import SigningKey
from devstack.push.services import PushServices
from devstack.push.vapid import to_base64url

GOAWAY = 0x7
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
DEVICE = "ab" * 32
ALERT = b'{"aps":{"alert":"Hello"}}'


def access_token(services: PushServices) -> str:
    """Return a token that google-auth has fetched by the demo's service account."""
    account = services.consoles.service_account()
    # Typed: google-auth's annotations are half there.
    kind: Any = service_account.Credentials
    credentials = kind.from_service_account_info(
        account.as_file(services.token_uri), scopes=[SCOPE]
    )
    credentials.refresh(Request())
    return str(credentials.token)


def assertion(services: PushServices, *, key: Any = None, **changes: Any) -> bytes:
    """Return the form of a token request, its claims changed."""
    account = services.consoles.service_account()
    now = int(time.time())
    claims = {
        "iss": account.email,
        "aud": "https://oauth2.googleapis.com/token",
        "scope": SCOPE,
        "iat": now,
        "exp": now + 3600,
        **changes,
    }
    signed = jwt.encode(claims, key or account.private_key, algorithm="RS256")
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    return urlencode({"grant_type": grant, "assertion": signed}).encode()


async def send_by_fcm(
    services: PushServices, message: dict[str, Any], *, token: str, project: str = "mainstay-demo"
) -> tuple[int, dict[str, Any]]:
    """Send a message and return the answer."""
    url = f"{services.url}/v1/projects/{project}/messages:send"
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        ClientSession() as http,
        http.post(url, json={"message": message}, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


def provider_token(key: SigningKey, **changes: Any) -> str:
    """Return APNs' token of a key, its claims or header changed."""
    header = {"kid": changes.pop("kid", key.key_id)}
    signer = changes.pop("signer", key.private_key)
    claims = {"iss": key.team_id, "iat": int(time.time()), **changes}
    return jwt.encode(claims, signer, algorithm="ES256", headers=header)


@dataclass
class ApnsAnswer:
    """What came back on one stream; status 0 for nothing."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    was_reset: bool = False
    is_whole: bool = False

    @property
    def reason(self) -> str:
        """Apple's word for a refusal."""
        return str(json.loads(self.body)["reason"]) if self.body else ""


class ApnsClient:
    """One connection; what it is told to send goes out as it is."""

    def __init__(self, services: PushServices, *, acknowledges: bool = True) -> None:
        self._services = services
        self._acknowledges = acknowledges
        self._h2 = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self.answers: dict[int, ApnsAnswer] = {}
        self.goaway: Any = None
        self.is_closed = False

    async def __aenter__(self) -> Self:
        context = ssl.create_default_context(cafile=str(self._services.authority.ca_file))
        context.set_alpn_protocols(["h2"])
        host, _, port = self._services.apns_host.partition(":")
        self._reader, self._writer = await asyncio.open_connection(host, int(port), ssl=context)
        self._h2.initiate_connection()
        self._writer.write(self._h2.data_to_send())
        await self.until(lambda: self.streams_allowed < 2**31)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.transport.abort()

    @property
    def streams_allowed(self) -> int:
        """How many streams the server lets be open at once."""
        return self._h2.remote_settings.max_concurrent_streams

    async def send(self, token: str, body: bytes = ALERT, **changes: str | None) -> ApnsAnswer:
        """Send one push, its headers changed (`None` leaves one out), and return the answer."""
        number = self.begin(token, body, **changes)
        await self.until(lambda: self.answers[number].is_whole)
        return self.answers[number]

    def begin(self, token: str, body: bytes = ALERT, **changes: str | None) -> int:
        """Send one push without waiting, and return its stream."""
        headers: dict[str, str | None] = {
            ":method": "POST",
            ":scheme": "https",
            ":authority": self._services.apns_host,
            ":path": f"/3/device/{DEVICE}",
            "authorization": f"bearer {token}",
            "apns-topic": "app.mainstay.demo",
            "apns-push-type": "alert",
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        number = self._h2.get_next_available_stream_id()
        self.answers[number] = ApnsAnswer()
        told = [(name, value) for name, value in headers.items() if value is not None]
        self._h2.send_headers(number, told, end_stream=not body)
        if body:
            self._h2.send_data(number, body, end_stream=True)
        self._writer.write(self._h2.data_to_send())
        return number

    async def until(self, condition: Any) -> None:
        """Read until something holds, or the server has closed the connection."""
        async with asyncio.timeout(30):
            while not condition() and not self.is_closed:
                data = await self._reader.read(65536)
                self.is_closed = not data
                for event in self._h2.receive_data(self._without_goaway(data)):
                    self._take(event)
                self._writer.write(self._h2.data_to_send())

    def _without_goaway(self, data: bytes) -> bytes:
        """Take GOAWAY out of whole frames: behind it h2 reads no answers, which still come."""
        kept = b""
        while data:
            end = 9 + int.from_bytes(data[:3])
            if data[3] == GOAWAY:
                self.goaway, _ = GoAwayFrame.parse_frame_header(memoryview(data[:9]))
                self.goaway.parse_body(memoryview(data[9:end]))
            else:
                kept += data[:end]
            data = data[end:]
        return kept

    def _take(self, event: Event) -> None:
        match event:
            case ResponseReceived(stream_id=number, headers=headers):
                told = {str(name): str(value) for name, value in headers}
                self.answers[number].status = int(told.pop(":status"))
                self.answers[number].headers = told
            case DataReceived(stream_id=number, data=data):
                self.answers[number].body += data
                if self._acknowledges:
                    self._h2.acknowledge_received_data(event.flow_controlled_length, number)
            case StreamEnded(stream_id=number):
                self.answers[number].is_whole = True
            case StreamReset(stream_id=number):
                self.answers[number].was_reset = self.answers[number].is_whole = True


class WebPushSender:
    """Signs by a VAPID key of its own and encrypts as pywebpush does."""

    def __init__(self) -> None:
        # Not strict: tests sign what it would refuse.
        self.vapid = Vapid(conf={"no-strict": True})
        self.vapid.generate_keys()

    @property
    def key(self) -> str:
        """The public key, as browsers subscribe to it."""
        point = self.vapid.public_key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return to_base64url(point)

    def headers(self, endpoint: str, **changes: Any) -> dict[str, str]:
        """Return what goes along with a push, the claims of its signature changed."""
        audience = "/".join(endpoint.split("/")[:3])
        claims = {"aud": audience, "exp": int(time.time()) + 3600, "sub": "mailto:a@b.example"}
        claims = {**claims, **changes}
        return {
            "TTL": "60",
            "Content-Encoding": "aes128gcm",
            **self.vapid.sign({name: value for name, value in claims.items() if value}),
        }

    async def send(
        self,
        subscription: dict[str, Any],
        text: bytes,
        *,
        headers: dict[str, str | None] | None = None,
        **claims: Any,
    ) -> ClientResponse:
        """Send a text to a subscription as a browser told it; `None` leaves a header out."""
        endpoint = subscription["endpoint"]
        body = WebPusher(subscription).encode(text)["body"]
        told = {**self.headers(endpoint, **claims), **(headers or {})}
        sent = {name: value for name, value in told.items() if value is not None}
        async with ClientSession() as http, http.post(endpoint, data=body, headers=sent) as answer:
            await answer.read()
            return answer
