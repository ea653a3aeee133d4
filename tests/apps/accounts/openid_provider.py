"""An OpenID provider on loopback: discovery, keys, authorization and codes, over real HTTP."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pytest_django import Settings
from typing_extensions import override

from apps.accounts.openid_servers import openid_server

CLIENT_ID = "com.example.app"
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class OpenIdProvider:
    """A provider of one user's choice; its tokens can be made as wrong as one likes."""

    def __init__(self, issuer: str, algorithm: str = "RS256") -> None:
        self.issuer = issuer
        self.algorithm = algorithm
        self.asked: list[str] = []
        # What is answered to everything, while it is ill.
        self.ill: tuple[int, bytes] | None = None
        self.is_secret_right: Callable[[str], bool] = lambda secret: secret == "shared secret"
        self._codes: dict[str, dict[str, str]] = {}
        self.rotate()

    def rotate(self) -> None:
        """Sign by a new key from now on, and publish no other."""
        self.kid = secrets.token_hex(4)
        self.key = new_key(self.algorithm)

    def id_token(self, **changes: Any) -> str:
        """Return an ID token of Ada, changed; `None` leaves a claim out.

        `key`, `algorithm` and `header` change how it is signed.
        """
        key = changes.pop("key", self.key)
        algorithm = changes.pop("algorithm", self.algorithm)
        header = {"kid": self.kid, **changes.pop("header", {})}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "ada-at-the-provider",
            "iat": now,
            "exp": now + 600,
            "email": "Ada@Example.com",
            "email_verified": True,
            **changes,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(told, key, algorithm=algorithm, headers=header)

    def discovery(self) -> dict[str, Any]:
        """Return what it says of itself."""
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
        }

    def keys(self) -> dict[str, Any]:
        """Return its keys as a JWKS document (RFC 7517), beside one that nobody must use."""
        algorithm = jwt.get_algorithm_by_name(self.algorithm)
        public = cast("Any", algorithm).to_jwk(self.key.public_key(), as_dict=True)
        shared = {"kty": "oct", "k": "c2hhcmVk", "kid": "shared", "alg": "HS256"}
        return {"keys": [shared, {**public, "kid": self.kid, "use": "sig", "alg": self.algorithm}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser is sent, the user having agreed."""
        code = secrets.token_urlsafe(8)
        self._codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def trade(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Return the tokens for a code, once, if everything fits (RFC 6749, RFC 7636)."""
        asked = self._codes.pop(form["code"], None)
        if asked is None or not self.is_secret_right(form["client_secret"]):
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        kept = all(form[name] == asked[name] for name in ("client_id", "redirect_uri"))
        if not kept or challenge != asked["code_challenge"]:
            return None
        token = self.id_token(aud=form["client_id"], nonce=asked["nonce"])
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": token}


def new_key(algorithm: str = "RS256") -> _Key:
    """Return a private key for an algorithm."""
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def running(algorithm: str = "RS256") -> Iterator[OpenIdProvider]:
    """Run a provider at a port of its own."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        issuer = f"http://127.0.0.1:{server.server_address[1]}"
        provider = _Handler.providers[issuer] = OpenIdProvider(issuer, algorithm)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
        del _Handler.providers[issuer]


@contextmanager
def running_as(
    name: str, settings: Settings, *, algorithm: str = "RS256", **about: object
) -> Iterator[OpenIdProvider]:
    """Run a provider that this installation knows by a name, such as ``google``."""
    openid_server.cache_clear()
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    known = settings.ACCOUNTS_PROVIDERS
    with running(algorithm) as provider:
        told = {"issuers": (provider.issuer,), "client_ids": (CLIENT_ID,), **about}
        settings.ACCOUNTS_PROVIDERS = {**known, name: {**known[name], **told}}
        yield provider


class _Server(ThreadingHTTPServer):
    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    providers: dict[str, OpenIdProvider] = {}

    def do_GET(self) -> None:
        path, provider = urlsplit(self.path), self._provider()
        if path.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", provider.authorize(_single(path.query)))
            self.end_headers()
            return
        found = {
            "/.well-known/openid-configuration": provider.discovery,
            "/keys": provider.keys,
        }[path.path]
        self._answer(200, found())

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        tokens = self._provider().trade(_single(form))
        self._answer(200 if tokens else 400, tokens or {"error": "invalid_grant"})

    def _provider(self) -> OpenIdProvider:
        provider = self.providers[f"http://{self.headers['Host']}"]
        provider.asked.append(urlsplit(self.path).path)
        return provider

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        status, body = self._ill() or (status, json.dumps(document).encode())
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _ill(self) -> tuple[int, bytes] | None:
        return self.providers[f"http://{self.headers['Host']}"].ill

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
