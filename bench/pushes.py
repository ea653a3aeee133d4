"""Pushes: many deliveries by one worker process on one core, counted at the push services."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from bench.cores import Cores, pinned
from bench.goals import Goal
from bench.house import House
from bench.plan import Plan
from devstack import paths, ports
from devstack.program import Program
from devstack.waiting import wait_until

SERVICES = {"fcm": "FCM", "apns": "APNs", "web_push": "Web Push"}
DEVICES = 1000
# Its key pair is made with it.
WEB_PUSH = {
    "name": "bench-web-push",
    "service": "web_push",
    "config": {"subject": "mailto:ops@example.com"},
}


@dataclass(frozen=True, kw_only=True)
class ServiceFigures:
    """What the pushes of one service came to; the rates are medians of the rounds."""

    service: str
    deliveries: int
    per_second: float
    per_cpu_second: float
    accepted: int
    # Requests at the service, and what it was asked to show a device more than once.
    requests: int
    duplicates: int

    @property
    def lost(self) -> int:
        """Deliveries that the service never took."""
        return self.deliveries - (self.requests - self.duplicates)


@dataclass(frozen=True, kw_only=True)
class PushFigures:
    """What all pushes came to, by service."""

    services: tuple[ServiceFigures, ...]
    rounds: int

    def goals(self) -> Iterator[Goal]:
        """Yield the goals of pushes."""
        for figures in self.services:
            yield Goal(
                subject=f"{SERVICES[figures.service]} pushes of a worker on one core",
                wording="≥ 4,000/s",
                limit=4000,
                measured=figures.per_second,
                unit="/s",
            )
        deliveries = sum(figures.deliveries for figures in self.services)
        yield Goal(
            subject=f"lost or doubled of {deliveries:,} pushes",
            wording="0",
            limit=0,
            measured=sum(abs(figures.lost) + figures.duplicates for figures in self.services),
            is_ceiling=True,
        )


def measure(house: House, stage: dict[str, Any], *, plan: Plan, cores: Cores) -> PushFigures:
    """Queue and deliver, round after round and service after service; raises ErrandFailed."""
    with _push_services(house, core=cores.load) as url:
        accounts = [*_asked(f"{url}/accounts"), WEB_PUSH]
        devices = house.folder / "devices.json"
        devices.write_text(json.dumps({service: _devices(url, service) for service in SERVICES}))
        house.errand(
            "register_devices", owner=stage["owner"], accounts=accounts, devices=str(devices)
        )
        return PushFigures(
            services=tuple(
                _of_service(house, stage, url, service, plan=plan, core=cores.measured)
                for service in SERVICES
            ),
            rounds=plan.rounds,
        )


def _of_service(
    house: House, stage: dict[str, Any], url: str, service: str, *, plan: Plan, core: int
) -> ServiceFigures:
    rounds = []
    _asked(f"{url}/journal", method="DELETE")
    for _ in range(plan.rounds):
        queued = house.errand(
            "queue_pushes",
            owner=stage["owner"],
            service=service,
            deliveries=plan.pushes // plan.rounds,
        )
        rounds.append({**queued, **house.errand("push", core=core)})
    return ServiceFigures(
        service=service,
        deliveries=sum(each["deliveries"] for each in rounds),
        per_second=median(each["accepted"] / each["seconds"] for each in rounds),
        per_cpu_second=median(each["accepted"] / each["cpu_seconds"] for each in rounds),
        accepted=sum(each["accepted"] for each in rounds),
        requests=sum(_asked(f"{url}/journal/counts")[service].values()),
        duplicates=len(_asked(f"{url}/journal/duplicates")["items"]),
    )


@contextmanager
def _push_services(house: House, *, core: int) -> Iterator[str]:
    """Run the push services within the block; yield where they are."""
    port, folder = ports.free_port(), house.folder / "push"
    words = ["-m", "devstack.push", "--folder", str(folder), "--port", str(port)]
    program = Program(
        "push", pinned(core, [str(paths.PYTHON), *words]), env=house.env, dev=house.folder
    )
    ready = folder / "accounts.json"
    ready.unlink(missing_ok=True)
    program.start()
    try:
        wait_until(lambda: ready.exists() or program.has_ended, seconds=20)
        yield f"http://{ports.LOOPBACK}:{port}"
    finally:
        program.stop()


def _devices(url: str, service: str) -> list[list[str]]:
    """Return devices, each as token, public key and secret."""
    if service != "web_push":
        return [[secrets.token_hex(32), "", ""] for _ in range(DEVICES)]
    shown = (_asked(f"{url}/web-push/subscriptions", method="POST") for _ in range(DEVICES))
    return [[each["endpoint"], each["keys"]["p256dh"], each["keys"]["auth"]] for each in shown]


def _asked(url: str, *, method: str = "GET") -> Any:
    with urlopen(Request(url, method=method), timeout=60) as response:  # noqa: S310  loopback
        body = response.read()
    return json.loads(body) if body else None
