"""The watch knows how each part is, and waits for none of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from health_check.base import HealthCheck
from typing_extensions import override

from apps.health.ports import Check
from apps.health.types import CheckState
from apps.health.watch import Watch
from devstack.waiting import wait_until
from tests.apps.health.patients import Behaviour, Patient, check_of
from tests.processes import python_on_the_same_database
from tests.timing import takes_at_most

_watches: list[Watch] = []


@pytest.fixture(autouse=True)
def no_watch_stays() -> Iterator[None]:
    yield
    while _watches:
        _watches.pop().stop()


def watching(*checks: Check) -> Watch:
    _watches.append(Watch(checks))
    return _watches[-1]


def becomes(watch: Watch, *states: CheckState) -> bool:
    """Tell whether the parts come to be so; a busy machine lets any look be late at times."""

    def look() -> bool:
        return [report.state for report in watch.reports(wait_seconds=0)] == [*states]

    return wait_until(look, seconds=30)


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

    assert becomes(watch, expected)


def test_hanging_part_is_silent_and_keeps_nobody_waiting() -> None:
    patient = Patient("hangs")
    watch = watching(check_of(patient), check_of(Patient(), name="other"))

    assert takes_at_most(0.4, lambda: watch.reports(wait_seconds=0.2))
    assert becomes(watch, CheckState.SILENT, CheckState.OK)
    patient.released.set()


def test_part_that_recovers_is_well_again() -> None:
    patient = Patient("fails")
    watch = watching(check_of(patient))
    assert becomes(watch, CheckState.FAILED)

    patient.behaviour = "ok"

    assert becomes(watch, CheckState.OK)


def test_part_that_begins_to_hang_is_not_believed_to_be_well() -> None:
    patient = Patient()
    watch = watching(check_of(patient))
    assert becomes(watch, CheckState.OK)

    patient.behaviour = "hangs"

    assert becomes(watch, CheckState.SILENT)
    patient.behaviour = "ok"
    patient.released.set()
    assert becomes(watch, CheckState.OK)


def test_look_that_hangs_for_long_gets_a_successor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.health.watch._ABANDON_SECONDS", 0.3)
    patient = Patient("hangs")
    watch = watching(check_of(patient))
    assert becomes(watch, CheckState.SILENT)

    patient.behaviour = "ok"

    assert becomes(watch, CheckState.OK)
    patient.released.set()


def test_hanging_looks_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.health.watch._ABANDON_SECONDS", 0.05)
    patient = Patient("hangs")
    watch = watching(check_of(patient))

    def is_looked_at(times: int) -> bool:
        watch.reports(wait_seconds=0)
        return patient.looks >= times

    assert wait_until(lambda: is_looked_at(3), seconds=30)
    assert not wait_until(lambda: is_looked_at(4), seconds=0.5)
    patient.released.set()


def test_old_knowledge_is_not_believed() -> None:
    watch = watching(check_of(Patient()))
    assert becomes(watch, CheckState.OK)

    for watched in watch._watched:
        watched.stop()

    assert becomes(watch, CheckState.SILENT)


def test_part_that_cannot_be_made_is_a_failed_one() -> None:
    def broken() -> Patient:
        raise ImportError

    watch = watching(Check(name="broken", make=broken, meaning="Broken.", is_decisive=True))

    assert becomes(watch, CheckState.FAILED)


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

    assert becomes(watch, CheckState.OK)
    assert check.looks >= 1


# In a process of its own: forking this one, with all its threads, could stop the child for ever.
FORKING = """
from apps.health.watch import Watch
from tests.apps.health.patients import Patient, check_of

watch = Watch([check_of(Patient(), every_seconds=60, deadline_seconds=60)])

def state():
    return watch.reports(wait_seconds=60)[0].state.value

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
