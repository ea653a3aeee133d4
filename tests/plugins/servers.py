"""A pytest plugin: one PostgreSQL and one Redis per process that runs tests.

Own clusters, not only own databases: a transaction's snapshot horizon is shared by everything
in a cluster, and the event log's readers wait for it. A DATABASE_URL or REDIS_URL that the
caller has set is used instead of a server of our own.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest

from devstack import paths
from devstack.postgres import INITDB, EmbeddedPostgres, postgres_programs
from devstack.redis import EmbeddedRedis
from devstack.secret_file import SecretFile, fernet_key
from devstack.surroundings import NOWHERE

FOLDER = paths.DEV / "test"
# What the caller, or the process that started this one, has named.
given = {name for name, url in NOWHERE.items() if os.environ.get(name) not in {None, "", url}}
_open = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Put servers and variables in place before pytest-django reads Django's settings."""
    try:
        _surround(_worker(early_config))
        yield
    except BaseException:
        _open.close()
        raise


def pytest_unconfigure() -> None:
    """Stop the servers; the kernel does it if we are killed."""
    _open.close()


def _worker(config: pytest.Config) -> str | None:
    """Return the name of the process if it runs tests; None if it lists or distributes them."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return os.environ["PYTEST_XDIST_WORKER"]
    options = config.known_args_namespace
    others = ("collectonly", "help", "version", "markers", "showfixtures", "numprocesses", "tx")
    return None if any(getattr(options, name, None) for name in others) else "main"


def _surround(worker: str | None) -> None:
    """Set the variables Mainstay reads, starting the servers that the caller has not named."""
    secrets = SecretFile(FOLDER / "secrets.json")
    folder = _folder_for(worker) if worker else FOLDER / "idle"
    os.environ.update(
        {
            "ENVIRONMENT": "test",
            "SECRET_KEY": secrets.get("secret_key"),
            "KEYRING_MASTER_KEY": secrets.get("keyring_master_key", fernet_key),
            "BASE_URL": "http://testserver",
            "STATE_DIR": str(folder / "state"),
            "MAIL_DIR": str(folder / "mail"),
            # Many tests are one transaction, and some take long on a busy machine.
            "DATABASE_TRANSACTION_TIMEOUT_SECONDS": "600",
            # So may an answer of Redis be; tests about its waits take the usual ones.
            "REDIS_PATIENCE": "20",
        }
    )
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    missing = NOWHERE.keys() - given
    if worker is None:
        os.environ.update({name: NOWHERE[name] for name in missing})
        return
    if "DATABASE_URL" in missing:
        os.environ["DATABASE_URL"] = _start_postgres(folder, secrets)
    if "REDIS_URL" in missing:
        redis = _open.enter_context(EmbeddedRedis(folder / "redis", durable=False))
        os.environ["REDIS_URL"] = redis.url
    else:
        os.environ["REDIS_URL"] = _own_redis_database(os.environ["REDIS_URL"], worker)


def _start_postgres(folder: Path, secrets: SecretFile) -> str:
    template = _template(secrets)
    server = EmbeddedPostgres(
        folder / "postgres", durable=False, secrets=secrets, template=template
    )
    return _open.enter_context(server).url


def _template(secrets: SecretFile) -> Path:
    """Return a stopped server to copy: 0.1 s where making a cluster takes a whole one."""
    programs = postgres_programs()
    ingredients = (
        str(programs),
        programs.stat().st_mtime,
        INITDB,
        secrets.get("postgres_password"),
    )
    name = hashlib.sha256(repr(ingredients).encode()).hexdigest()[:12]
    template = FOLDER / f"template-{name}"
    with (FOLDER / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            half_made = FOLDER / "template-half-made"
            shutil.rmtree(half_made, ignore_errors=True)
            with EmbeddedPostgres(half_made, durable=True, secrets=secrets):
                pass
            half_made.rename(template)
    return template


def _folder_for(worker: str) -> Path:
    """Return an empty folder that no other run uses at this moment."""
    for attempt in range(1, 1000):
        folder = FOLDER / (worker if attempt == 1 else f"{worker}.{attempt}")
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
        if _is_locked(lock):
            _open.callback(lock.close)
            for name in ("postgres", "redis", "state", "mail"):
                shutil.rmtree(folder / name, ignore_errors=True)
            return folder
        lock.close()
    raise pytest.UsageError(f"All test folders below {FOLDER} are in use; stop other test runs.")


def _is_locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _own_redis_database(url: str, worker: str) -> str:
    """Give each worker a database of its own on a server they share (Redis has 16)."""
    number = int("".join(filter(str.isdigit, worker)) or 0) % 16
    return urlsplit(url)._replace(path=f"/{number}").geturl()
