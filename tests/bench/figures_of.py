"""Figures made up for the tests of the tables."""

from bench.cells import Cell
from bench.figures import PeerFigures, Sample
from bench.goals import MAINSTAY
from bench.hooks import HookFigures
from bench.log import LogFigures
from bench.machine import Surroundings
from bench.plan import FULL
from bench.pushes import SERVICES, PushFigures, ServiceFigures
from bench.report import Results
from bench.starting import StartFigures


def peer(name: str, *, per_second: float, cpu_ms: float = 1.0) -> PeerFigures:
    """Return a peer that answered every question alike."""
    sample = Sample(per_second=per_second, cpu_ms=cpu_ms)
    return PeerFigures(
        name=name, about=f"{name} itself", samples={cell: [sample] for cell in Cell}, idle_mib=100
    )


RESULTS = Results(
    plan=FULL,
    surroundings=Surroundings(
        date="2026-11-22 03:00 UTC",
        commit="0123456789",
        processor="A processor",
        cores=4,
        memory_gib=24,
        system="Linux 6.18",
        load_before=0.1,
        load_after=3.5,
        versions={"Python": "3.11.7", "wrk": ""},
    ),
    are_cores_apart=True,
    traffic=[peer(MAINSTAY, per_second=12_000)],
    hooks=HookFigures(
        deliveries=100_000,
        endpoints=10,
        rounds=3,
        fanned_out_per_second=9000,
        per_second=3100,
        per_cpu_second=3200,
        succeeded=100_000,
        received=100_001,
        different=99_999,
    ),
    pushes=PushFigures(
        services=tuple(
            ServiceFigures(
                service=service,
                deliveries=60_000,
                per_second=4100,
                per_cpu_second=4200,
                accepted=60_000,
                requests=60_001,
                duplicates=1,
            )
            for service in SERVICES
        ),
        rounds=3,
    ),
    fan_out="left out",
    uploads="left out",
    images="left out",
    cache="left out",
    sync="left out",
    log=LogFigures(
        events=100_000,
        read_per_second=25_000,
        read_per_cpu_second=30_000,
        row_ms=1,
        row_and_event_ms=1.05,
        row_cpu_ms=0.5,
        row_and_event_cpu_ms=0.6,
        request_ms=2,
        request_and_event_ms=2.1,
        added_to_row=0.05,
        added_to_request=0.05,
    ),
    start=StartFigures(
        check_seconds=1.6, check_cpu_seconds=1.5, worker_mib=120, make_run="it broke"
    ),
)
