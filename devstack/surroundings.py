"""Builds the environment variables that Mainstay's processes get on a developer's machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from devstack import paths
from devstack.secret_file import SecretFile, fernet_key

NOWHERE = {
    "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:9/nowhere",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


def without_servers() -> dict[str, str]:
    """Return an environment for commands that read settings but use no server."""
    secrets = SecretFile(paths.DEV / "secrets.json")
    return {
        **os.environ,
        **NOWHERE,
        **_common(secrets, paths.DEV),
        "ENVIRONMENT": "test",
        "BASE_URL": "http://testserver",
    }


def variables(dev: Path, database_url: str, redis_url: str, base_url: str) -> dict[str, str]:
    """Return the variables that make a command belong to the running stack."""
    return {
        **_common(SecretFile(dev / "secrets.json"), dev),
        "ENVIRONMENT": "development",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "BASE_URL": base_url,
        "PROMETHEUS_MULTIPROC_DIR": str(dev / "metrics"),
        # The journey's partner receives webhooks on this machine.
        "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8,::1/128",
    }


def as_file(values: Mapping[str, str]) -> str:
    """Write variables the way environment files are read: one NAME=value per line."""
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _common(secrets: SecretFile, folder: Path) -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.get("secret_key"),
        "KEYRING_MASTER_KEY": secrets.get("keyring_master_key", fernet_key),
        "STATE_DIR": str(folder / "state"),
        "MAIL_DIR": str(folder / "mail"),
        "PYTHONUNBUFFERED": "1",
    }
