"""What Google and Apple issue in their consoles: service accounts and signing keys."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from devstack import stack_file

PROJECT = "mainstay-demo"
TEAM = "MAINSTAY01"
BUNDLE = "app.mainstay.demo"


@dataclass(frozen=True)
class ServiceAccount:
    """Who may send in the name of an FCM project."""

    project_id: str
    email: str
    key_id: str
    private_key: str = field(repr=False)

    def as_file(self, token_uri: str) -> dict[str, str]:
        """Return the JSON file that Google's console offers to download."""
        return {
            "type": "service_account",
            "project_id": self.project_id,
            "private_key_id": self.key_id,
            "private_key": self.private_key,
            "client_email": self.email,
            "client_id": "100000000000000000001",
            "token_uri": token_uri,
        }


@dataclass(frozen=True)
class SigningKey:
    """An APNs key (.p8) of a team, and the apps it may send to; none listed means all."""

    team_id: str
    key_id: str
    private_key: str = field(repr=False)
    topics: tuple[str, ...] = ()


class Consoles:
    """Issues keys, and keeps them in a file so that a restart does not make them worthless."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "issued.json"
        self._accounts: dict[str, ServiceAccount] = {}
        self._keys: dict[str, SigningKey] = {}
        # Signs the access tokens, which therefore outlive this process as well.
        self.token_key = secrets.token_bytes(32)
        self._read()

    def service_account(self, project_id: str = PROJECT) -> ServiceAccount:
        """Return the service account of a project, issued at the first call."""
        email = f"push@{project_id}.iam.gserviceaccount.com"
        if email not in self._accounts:
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            account = ServiceAccount(project_id, email, secrets.token_hex(20), _pem(key))
            self._accounts[email] = account
            self._write()
        return self._accounts[email]

    def account_of(self, email: str) -> ServiceAccount | None:
        """Return the service account that signs by this address."""
        return self._accounts.get(email)

    def new_key(self, team_id: str = TEAM, topics: tuple[str, ...] = ()) -> SigningKey:
        """Issue another APNs key."""
        key_id = secrets.token_hex(5).upper()
        private = _pem(ec.generate_private_key(ec.SECP256R1()))
        self._keys[key_id] = SigningKey(team_id, key_id, private, topics)
        self._write()
        return self._keys[key_id]

    def first_key(self) -> SigningKey:
        """Return the key issued first: the one of the demo."""
        return next(iter(self._keys.values()), None) or self.new_key()

    def key_of(self, key_id: str) -> SigningKey | None:
        """Return the APNs key of this id."""
        return self._keys.get(key_id)

    def _read(self) -> None:
        try:
            kept: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._write()
            return
        self.token_key = bytes.fromhex(kept["token_key"])
        for account in kept["accounts"]:
            self._accounts[account["email"]] = ServiceAccount(**account)
        for key in kept["keys"]:
            self._keys[key["key_id"]] = SigningKey(**{**key, "topics": tuple(key["topics"])})

    def _write(self) -> None:
        kept = {
            "token_key": self.token_key.hex(),
            "accounts": [asdict(account) for account in self._accounts.values()],
            "keys": [asdict(key) for key in self._keys.values()],
        }
        stack_file.write_private(self._file, json.dumps(kept, indent=2) + "\n")


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")
