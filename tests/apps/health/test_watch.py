"""The watch knows how each part is, and waits for none of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep

import pytest
from health_check.base import HealthCheck
from typing_extensions import override

from apps.health.ports import Check
from apps.health.types import CheckState
from apps.health.watch import Watch
from tests.apps.health.patients import Behaviour, Patient, check_of
from tests.processes import python_on_the_same_database

_watches: list[Watch] = []


@pytest.fixture(autouse=True)
def no_watch_stays() -> Iterator[None]:
    yield
    while _watches:
        _watches.pop().stop()


def watching(*checks: Check) -> Watch:
    _watches.append(Watch(checks))
    return _watches[-1]


def state(watch: Watch, wait_seconds: float = 1.0) -> CheckState:
    return watch.reports(wait_seconds=wait_seconds)[0].state


def eventually(condition: Callable[[], bool]) -> bool:
    give_up_at = monotonic() + 5
    while not condition() and monotonic() < give_up_at:
        sleep(0.01)
    return condition()


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ("ok", CheckState.OK),
        ("warns", CheckState.WARNED),
        ("fails", CheckState.FAILED),
        ("explodes", CheckState.FAILED),
    ],
)
def test_part_is_reported_as_it_is(behaviour: Behaviour, expected: CheckState) -> None:
    watch = watching(check_of(Patient(behaviour)))

    assert state(watch) is expected


def test_hanging_part_is_silent_and_keeps_nobody_waiting() -> None:
    patient = Patient("hangs")
    watch = watching(check_of(patient), check_of(Patient(), name="other"))

    started = monotonic()
    reports = watch.reports(wait_seconds=0.2)

    assert monotonic() - started < 0.4
    assert [report.state for report in reports] == [CheckState.SILENT, CheckState.OK]
    assert eventually(lambda: watch.reports(wait_seconds=0)[1].state is CheckState.OK)
    patient.released.set()


def test_part_that_recovers_is_well_again() -> None:
    patient = Patient("fails")
    watch = watching(check_of(patient))
    assert state(watch) is CheckState.FAILED

    patient.behaviour = "ok"

    assert eventually(lambda: state(watch) is CheckState.OK)


def test_part_that_begins_to_hang_is_not_believed_to_be_well() -> None:
    patient = Patient()
    watch = watching(check_of(patient))
    assert state(watch) is CheckState.OK

    patient.behaviour = "hangs"

    assert eventually(lambda: state(watch) is CheckState.SILENT)
    patient.behaviour = "ok"
    patient.released.set()
    assert eventually(lambda: state(watch) is CheckState.OK)


def test_look_that_hangs_for_long_gets_a_successor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.health.watch._ABANDON_SECONDS", 0.3)
    patient = Patient("hangs")
    watch = watching(check_of(patient))
    assert eventually(lambda: state(watch, 0) is CheckState.SILENT)

    patient.behaviour = "ok"

    assert eventually(lambda: state(watch, 0) is CheckState.OK)
    patient.released.set()


def test_hanging_looks_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.health.watch._ABANDON_SECONDS", 0.05)
    patient = Patient("hangs")
    watch = watching(check_of(patient))

    for _ in range(50):
        watch.reports(wait_seconds=0)
        sleep(0.02)

    assert patient.looks == 3
    patient.released.set()


def test_old_knowledge_is_not_believed() -> None:
    watch = watching(check_of(Patient()))
    assert state(watch) is CheckState.OK

    for watched in watch._watched:
        watched.stop()

    assert eventually(lambda: state(watch) is CheckState.SILENT)


def test_part_that_cannot_be_made_is_a_failed_one() -> None:
    def broken() -> Patient:
        raise ImportError

    watch = watching(Check(name="broken", make=broken, meaning="Broken.", is_decisive=True))

    assert state(watch) is CheckState.FAILED


def test_asynchronous_check_is_run() -> None:
    @dataclass
    class Asynchronous(HealthCheck):  # type: ignore[misc]  # health_check has no types
        looks: int = 0

        @override
        async def run(self) -> None:
            self.looks += 1

    check = Asynchronous()
    watch = watching(
        Check(name="asynchronous", make=lambda: check, meaning="Broken.", is_decisive=True)
    )

    assert state(watch) is CheckState.OK
    assert check.looks == 1


# In a process of its own: forking this one, with all its threads, could stop the child for ever.
FORKING = """
from apps.health.watch import Watch
from tests.apps.health.patients import Patient, check_of

watch = Watch([check_of(Patient())])

def state():
    return watch.reports(wait_seconds=10)[0].state.value

parents = state()
reading, writing = os.pipe()
if os.fork() == 0:
    watch.forget()
    os.write(writing, state().encode())
    os._exit(0)
say(f"{parents} {os.read(reading, 32).decode()}")
"""


def test_forked_process_looks_for_itself() -> None:
    forking = python_on_the_same_database(FORKING)

    assert forking.line() == f"{CheckState.OK.value} {CheckState.OK.value}"
