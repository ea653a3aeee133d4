"""A load that comes at a steady rate, whatever the server does: hey."""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import dataclass
from statistics import quantiles

from bench.cells import Request
from bench.cores import pinned
from bench.wrk import LoadFailed
from devstack import ports
from devstack.system import DebianPackage

HEY = DebianPackage("hey", "hey")
CONNECTIONS = 50


@dataclass(frozen=True, kw_only=True)
class Steady:
    """What came of it; the rate is what the server kept up with."""

    per_second: float
    p95_ms: float
    failures: int


def send(request: Request, *, port: int, per_second: int, seconds: int, core: int) -> Steady:
    """Send a request so many times a second for so many seconds; raises LoadFailed."""
    hey = ["hey", "-o", "csv", "-z", f"{seconds}s", f"-c={CONNECTIONS}"]
    rate = f"-q={per_second / CONNECTIONS:g}"
    url = f"http://{ports.LOOPBACK}:{port}{request.path}"
    done = subprocess.run(
        pinned(core, [*hey, rate, url]), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise LoadFailed(f"hey ended with status {done.returncode}: {done.stderr.strip()}")
    return read(done.stdout, status=request.status)


def read(output: str, *, status: int = 200) -> Steady:
    """Return what a table of hey says, a line for each answer; raises LoadFailed without any."""
    answers = list(csv.DictReader(io.StringIO(output)))
    if len(answers) < 2:
        raise LoadFailed("hey got no answers")
    times = [float(answer["response-time"]) for answer in answers]
    lasted = max(float(answer["offset"]) for answer in answers)
    return Steady(
        per_second=len(answers) / lasted if lasted else 0.0,
        p95_ms=1000 * quantiles(times, n=20)[-1],
        failures=sum(answer["status-code"] != str(status) for answer in answers),
    )
