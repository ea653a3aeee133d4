"""Keeps the random secrets of a local stack in one file that only its owner can read."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def fernet_key() -> str:
    """Return a new key of 32 random bytes in urlsafe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


class SecretFile:
    """Secrets by name, made at first use and the same ever after."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(24)) -> str:
        """Return the secret of this name, making it if there is none; safe among processes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            kept: dict[str, str] = json.loads(file.read() or "{}")
            if name not in kept:
                kept[name] = make()
                file.seek(0)
                file.write(json.dumps(kept, indent=2))
        return kept[name]
