"""Names the programs of the stack and how each is started."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from devstack import paths, ports
from devstack.program import Program
from devstack.push.services import PushServices

WEB_WORKERS = 2
# While one waits for PostgreSQL or Redis, another works; beyond four nothing is gained (R8).
WEB_THREADS = 4
# Of senders, whose bytes come slowly; a waiting thread costs little, an idle one ends.
UPLOAD_THREADS = 32
UPLOADS_AT_ONCE = 28
TASK_PROCESSES = 2
# Nobody waits for what is in the last; a worker looks into them in this order.
QUEUES = ("default", "interactive", "bulk")


def manage(*words: str) -> list[str]:
    """Return the command line of a `manage.py` command."""
    return [str(paths.PYTHON), "manage.py", *words]


def of_stack(
    *, dev: Path, env: Mapping[str, str], web_port: int, push: PushServices
) -> list[Program]:
    """Return the programs in the order in which they are started."""
    realtime_port = _port_of(env["REALTIME_URL"])
    uploads_port = _port_of(env["FILES_UPLOAD_URL"])
    media_port = _port_of(env["MEDIA_BASE_URL"])
    listening = {
        "push": push.http_port,
        "web": web_port,
        "uploads": uploads_port,
        "media": media_port,
        "realtime": realtime_port,
    }
    commands = {
        "push": _push(push),
        "web": granian(port=web_port, workers=WEB_WORKERS, threads=WEB_THREADS),
        "uploads": granian(port=uploads_port, workers=1, threads=UPLOAD_THREADS),
        "media": media(port=media_port),
        "realtime": manage("realtime", "serve", f"--port={realtime_port}"),
        "dispatcher": manage("events", "dispatch"),
        "worker": _celery(
            "worker",
            f"--queues={','.join(QUEUES)}",
            f"--concurrency={TASK_PROCESSES}",
            "--without-mingle",
            "--without-gossip",
        ),
        "beat": _celery("beat", f"--schedule={dev / 'beat-schedule'}", "--pidfile="),
    }
    own = {"uploads": {"FILES_BODIES_AT_ONCE": str(UPLOADS_AT_ONCE)}}
    return [
        Program(name, command, env={**env, **own.get(name, {})}, dev=dev, port=listening.get(name))
        for name, command in commands.items()
    ]


def _port_of(url: str) -> int:
    return urlsplit(url).port or 0


def _push(services: PushServices) -> list[str]:
    options = {
        "--port": str(services.http_port),
        "--apns-port": str(services.apns_port),
        "--folder": str(services.folder),
    }
    words = [word for option in options.items() for word in option]
    return [str(paths.PYTHON), "-m", "devstack.push", *words]


def media(*, port: int) -> list[str]:
    """Return the command line of the image service."""
    options = {"--interface": "rsgi", "--host": ports.LOOPBACK, "--port": str(port)}
    return _granian({**options, "--workers": "1"}, "config.rsgi:application")


def granian(*, port: int, workers: int, threads: int) -> list[str]:
    """Return the command line of granian with Mainstay in it."""
    options = {
        "--interface": "wsgi",
        "--host": ports.LOOPBACK,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(threads),
    }
    return _granian(options, "config.wsgi:application")


def _granian(options: dict[str, str], application: str) -> list[str]:
    logs = {"--log-config": str(paths.ROOT / "deploy" / "granian-logs.json")}
    words = [word for option in (options | logs).items() for word in option]
    granian = [str(paths.PYTHON), "-m", "granian", *words]
    return [*granian, "--respawn-failed-workers", application]


def _celery(*words: str) -> list[str]:
    # Quiet: its banner is no JSON.
    celery = [str(paths.PYTHON), "-m", "celery", "--quiet", "-A", "config"]
    return [*celery, *words, "--loglevel=INFO"]
