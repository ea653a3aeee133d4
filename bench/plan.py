"""How much a run measures: the whole thing, or a quick look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The sizes of one run; every figure of it is a median of ``rounds`` repeats."""

    name: str
    rounds: int
    # How long one HTTP cell is loaded, after warming it up.
    seconds: int
    warm_up_seconds: int
    connections: int = 32
    # Rows in every peer's table, and how many tokens and rows the requests choose among.
    rows: int = 100_000
    users: int = 16
    known_rows: int = 200
    endpoints: int = 10
    deliveries: int
    # Of each push service.
    pushes: int
    # Connections in one room.
    sockets: int = 1000
    # Of one upload.
    upload_mib: int
    # Of each layer of the cache, and what a trace asks for.
    look_ups: int
    things: int
    # Of the building that phones have, and of the one that a phone gets for the first time.
    synced_rows: int
    first_rows: int
    # Of each kind, one after the other; how long a thousand phones come every ten seconds.
    pulls: int
    pushes_of_phones: int
    crowd_seconds: int
    log_events: int
    writes: int
    checks: int
    tries_make_run: bool


FULL = Plan(
    name="full",
    rounds=3,
    seconds=4,
    warm_up_seconds=1,
    deliveries=100_000,
    pushes=60_000,
    upload_mib=1024,
    look_ups=5_000,
    things=20_000,
    synced_rows=1_000_000,
    first_rows=100_000,
    pulls=300,
    pushes_of_phones=30,
    crowd_seconds=30,
    log_events=100_000,
    writes=1_000,
    checks=5,
    tries_make_run=True,
)
QUICK = Plan(
    name="quick",
    rounds=1,
    seconds=1,
    warm_up_seconds=1,
    deliveries=20_000,
    pushes=20_000,
    upload_mib=128,
    look_ups=1_000,
    things=5_000,
    synced_rows=50_000,
    first_rows=20_000,
    pulls=100,
    pushes_of_phones=10,
    crowd_seconds=10,
    log_events=20_000,
    writes=300,
    checks=2,
    tries_make_run=False,
)
