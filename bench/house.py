"""One installation of Mainstay for the run, set up as in production; its errands and its web."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from bench.cores import pinned
from bench.peer import surroundings
from bench.stores import Stores
from devstack import paths, processes, programs
from devstack.secret_file import SecretFile, fernet_key

ERRAND_SECONDS = 400
HOST = "bench.mainstay.local"


class ErrandFailed(Exception):
    """Something that runs inside Mainstay failed; the message is the end of its log."""


class House:
    """Knows the environment of all processes that are Mainstay, and runs them."""

    def __init__(self, folder: Path, stores: Stores) -> None:
        self.folder = folder
        self.env = surroundings(_variables(folder, stores))
        self._metrics = folder / "metrics"

    def migrate(self) -> None:
        """Make the folders and tables; raises ErrandFailed."""
        for name in ("state", "mail", "metrics", "logs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.run("migrate", programs.manage("migrate", "--no-input"))

    def errand(self, name: str, *, core: int | None = None, **arguments: Any) -> dict[str, Any]:
        """Run one errand of `bench.mainstay`, on one core if it is named; raises ErrandFailed."""
        result = self.folder / f"{name}.json"
        result.unlink(missing_ok=True)
        words = ["-m", "bench.mainstay", name, json.dumps(arguments), str(result)]
        command = [str(paths.PYTHON), *words]
        self.run(name, command if core is None else pinned(core, command))
        came: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return came

    def run(self, name: str, command: list[str]) -> None:
        """Run a command to its end; raises ErrandFailed."""
        log = self.folder / "logs" / f"{name}.log"
        with log.open("wb") as output:
            done = subprocess.run(
                command,
                cwd=paths.ROOT,
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=ERRAND_SECONDS,
            )
        if done.returncode != 0:
            raise ErrandFailed(f"{name} failed:\n{processes.last_lines(log)}")


def _variables(folder: Path, stores: Stores) -> dict[str, str]:
    secrets = SecretFile(folder / "secrets.json")
    return {
        "DJANGO_SETTINGS_MODULE": "bench.mainstay.settings",
        "ENVIRONMENT": "production",
        "BASE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": secrets.get("secret_key", lambda: fernet_key() + fernet_key()),
        "KEYRING_MASTER_KEY": secrets.get("keyring_master_key", fernet_key),
        "DATABASE_URL": stores.database_url,
        "REDIS_URL": stores.redis_url,
        "STATE_DIR": str(folder / "state"),
        "MAIL_DIR": str(folder / "mail"),
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }
