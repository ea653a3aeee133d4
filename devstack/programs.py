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
TASK_PROCESSES = 2


def manage(*words: str) -> list[str]:
    """Return the command line of a `manage.py` command."""
    return [str(paths.PYTHON), "manage.py", *words]


def of_stack(
    *, dev: Path, env: Mapping[str, str], web_port: int, push: PushServices
) -> list[Program]:
    """Return the programs in the order in which they are started."""
    realtime_port = urlsplit(env["REALTIME_URL"]).port
    listening = {"push": push.http_port, "web": web_port, "realtime": realtime_port}
    commands = {
        "push": _push(push),
        "web": _web(web_port),
        "realtime": manage("realtime", "serve", f"--port={realtime_port}"),
        "dispatcher": manage("events", "dispatch"),
        "worker": _celery(
            "worker", f"--concurrency={TASK_PROCESSES}", "--without-mingle", "--without-gossip"
        ),
        "beat": _celery("beat", f"--schedule={dev / 'beat-schedule'}", "--pidfile="),
    }
    return [
        Program(name, command, env=env, dev=dev, port=listening.get(name))
        for name, command in commands.items()
    ]


def _push(services: PushServices) -> list[str]:
    options = {
        "--port": str(services.http_port),
        "--apns-port": str(services.apns_port),
        "--folder": str(services.folder),
    }
    words = [word for option in options.items() for word in option]
    return [str(paths.PYTHON), "-m", "devstack.push", *words]


def _web(port: int) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": ports.LOOPBACK,
        "--port": str(port),
        "--workers": str(WEB_WORKERS),
        "--blocking-threads": str(WEB_THREADS),
        "--log-config": str(paths.ROOT / "deploy" / "granian-logs.json"),
    }
    words = [word for option in options.items() for word in option]
    return [
        str(paths.PYTHON),
        "-m",
        "granian",
        *words,
        "--respawn-failed-workers",
        "config.wsgi:application",
    ]


def _celery(*words: str) -> list[str]:
    # Quiet: its banner is no JSON.
    celery = [str(paths.PYTHON), "-m", "celery", "--quiet", "-A", "config"]
    return [*celery, *words, "--loglevel=INFO"]
