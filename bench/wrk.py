"""The load generator: wrk, told by a file what to send."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cells import Request
from bench.cores import pinned
from devstack import ports

SCRIPT = Path(__file__).with_name("requests.lua")
# The script replaces it in every request it sends.
PLACEHOLDER = "00000000-0000-4000-8000-000000000000"


class LoadFailed(Exception):
    """The load generator could not do its work; the message is what it said."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What came of loading a server."""

    requests: int
    seconds: float
    # Answers of 400 and more, and connections that broke or stayed silent.
    refused: int
    broken: int
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Requests that were answered in a second."""
        return self.requests / self.seconds if self.seconds else 0.0


def send(
    requests: Sequence[Request],
    *,
    port: int,
    seconds: int,
    connections: int,
    core: int,
    folder: Path,
) -> Load:
    """Send the requests in turn for so many seconds, from one core; raises LoadFailed."""
    prepared = folder / "requests.lua"
    prepared.write_text(as_lua(requests), encoding="utf-8")
    wrk = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT)]
    url = f"http://{ports.LOOPBACK}:{port}"
    done = subprocess.run(
        pinned(core, [*wrk, url, "--", str(prepared)]), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise LoadFailed(f"wrk ended with status {done.returncode}: {done.stderr.strip()}")
    return read(done.stdout)


def read(output: str) -> Load:
    """Return what the script printed as its last line; raises LoadFailed if it did not."""
    try:
        told = json.loads(output.strip().rpartition("\n")[2])
        return Load(
            requests=told["requests"],
            seconds=told["microseconds"] / 1e6,
            refused=told["refused"],
            broken=told["broken"],
            p99_ms=told["p99_microseconds"] / 1000,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LoadFailed(f"wrk did not end as expected: {output.strip()[-500:]}") from error


def as_lua(requests: Iterable[Request]) -> str:
    """Return a Lua program that returns the requests."""
    return "return {\n" + "".join(f"  {_table(request)},\n" for request in requests) + "}\n"


def _table(request: Request) -> str:
    headers = dict(request.headers)
    if request.fresh:
        headers[request.fresh] = PLACEHOLDER
    shown = ", ".join(f"[{_text(name)}]={_text(value)}" for name, value in headers.items())
    body = f", body={_text(request.body)}" if request.body else ""
    method, path = _text(request.method), _text(request.path)
    return f"{{method={method}, path={path}, headers={{{shown}}}{body}}}"


def _text(text: str) -> str:
    """Return a Lua string: every byte that is not plain by its number."""
    plain = (chr(byte) if _is_plain(byte) else f"\\{byte:03d}" for byte in text.encode())
    return f'"{"".join(plain)}"'


def _is_plain(byte: int) -> bool:
    return 32 <= byte < 127 and byte not in b'"\\'
