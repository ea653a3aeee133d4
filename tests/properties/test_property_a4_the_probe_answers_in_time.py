"""A4: for all states of dependencies, the probe answers within its bound."""

from time import monotonic

from hypothesis import given
from hypothesis import strategies as st

from apps.health.selectors import status_of
from apps.health.types import Status
from apps.health.watch import Watch
from tests.apps.health.patients import Behaviour, Patient, check_of

# What a busy machine may take besides, to start and schedule the threads of one watch.
BOUND_SECONDS = 0.05
NOTICE_SECONDS = 5.0

behaviours: st.SearchStrategy[Behaviour] = st.sampled_from(
    ["ok", "warns", "fails", "explodes", "hangs"]
)
parts = st.lists(st.tuples(behaviours, st.booleans()), max_size=8)


@given(parts=parts)
def test_property_a4_the_probe_answers_in_time(parts: list[tuple[Behaviour, bool]]) -> None:
    """For all states of dependencies, the probe answers within its bound, and rightly.

    Seen to fail on a watch that waited two seconds for each part instead of once for all.
    """
    patients = [(Patient(behaviour), is_decisive) for behaviour, is_decisive in parts]
    watch = Watch(
        [
            check_of(
                patient,
                name=str(number),
                is_decisive=is_decisive,
                # One look, as a further one that a busy machine delays would be a silent part.
                every_seconds=60,
                deadline_seconds=0.02,
            )
            for number, (patient, is_decisive) in enumerate(patients)
        ]
    )
    try:
        started = monotonic()
        reports = watch.reports(wait_seconds=BOUND_SECONDS)
        took = monotonic() - started

        assert took < BOUND_SECONDS + NOTICE_SECONDS
        decisive = {patient.behaviour for patient, is_decisive in patients if is_decisive}
        if decisive & {"fails", "explodes", "hangs"}:
            assert status_of(reports) is Status.UNREADY
        elif took < BOUND_SECONDS:
            # All decisive parts were known in time.
            assert status_of(reports) is not Status.UNREADY
    finally:
        for patient, _ in patients:
            patient.released.set()
        watch.stop()
