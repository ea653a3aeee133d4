"""Who gets which file, and for how long it is theirs."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from apps.files.models import File
from apps.files.ports import purposes
from apps.files.services import claiming
from apps.files.services.claiming import LEASE, Lease, LeaseLost, claim_next
from apps.files.types import FileState, Purpose, Urgency
from apps.kernel.clock import now
from tests.factories.files import PendingFileFactory

SECOND = timedelta(seconds=1)


def _claimed() -> File:
    file = claim_next()
    assert file is not None
    return file


def _due_since(**ago: float) -> File:
    file: File = PendingFileFactory.create(due_at=now() - timedelta(**ago))
    return file


@pytest.mark.django_db
def test_claimed_file_is_nobody_elses_until_the_lease_ends() -> None:
    PendingFileFactory.create()
    first = _claimed()

    assert claim_next() is None

    with time_machine.travel(now() + LEASE + SECOND, tick=False):
        assert claim_next() == first


@pytest.mark.django_db
def test_who_waits_longest_goes_first() -> None:
    waiting = [_due_since(minutes=minutes) for minutes in (1, 3, 2)]

    assert [claim_next() for _ in range(4)] == [waiting[1], waiting[2], waiting[0], None]


@pytest.mark.django_db
def test_most_urgent_goes_first_however_long_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, urgency in (("urgent", Urgency.INTERACTIVE), ("bulk", Urgency.BULK)):
        purpose = Purpose(name=name, title=name, kinds=(), limit_bytes=1000, urgency=urgency)
        monkeypatch.setitem(purposes._entries, name, purpose)
    for _ in range(3):
        PendingFileFactory.create(purpose="bulk", due_at=now() - timedelta(hours=1))
    PendingFileFactory.create(purpose="urgent")

    assert [_claimed().purpose for _ in range(4)] == ["urgent", "bulk", "bulk", "bulk"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "standing",
    [
        {"due_at": now() + timedelta(days=1)},
        {"purpose": "of an app that is gone"},
        {"state": FileState.ERROR},
        {"state": FileState.REFUSED},
    ],
    ids=["later", "unknown", "given up", "refused"],
)
def test_file_that_is_not_to_be_looked_through_now_is_passed_over(standing: dict[str, Any]) -> None:
    PendingFileFactory.create(**standing)

    assert claim_next() is None


@pytest.mark.django_db
def test_every_claim_counts_as_a_failure_until_the_worker_is_heard_of() -> None:
    PendingFileFactory.create()
    begun = now()

    with time_machine.travel(begun + SECOND, tick=False):
        assert _claimed().failures == 1
    with time_machine.travel(begun + LEASE + 2 * SECOND, tick=False):
        assert _claimed().failures == 2


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_never_claim_the_same() -> None:
    PendingFileFactory.create_batch(40)
    barrier = threading.Barrier(4)

    def work() -> list[int]:
        barrier.wait()
        try:
            return [file.pk for file in iter(claim_next, None)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        claims = [run.result() for run in [pool.submit(work) for _ in range(4)]]

    claimed = [file for each in claims for file in each]
    assert len(claimed) == len(set(claimed)) == 40


@pytest.mark.django_db
def test_file_whose_lease_another_worker_took_is_left_to_it() -> None:
    PendingFileFactory.create()
    first = _claimed()
    with time_machine.travel(now() + LEASE + SECOND, tick=False):
        second = _claimed()

    with pytest.raises(LeaseLost):
        Lease(first).write(reason="late")
    Lease(second).write(reason="in time")

    assert File.objects.get().reason == "in time"


@pytest.mark.django_db
def test_nothing_is_written_of_a_file_that_is_settled_or_gone() -> None:
    PendingFileFactory.create()
    lease = Lease(_claimed())
    File.objects.update(state=FileState.CLEAN)
    with pytest.raises(LeaseLost):
        lease.write(reason="late")

    File.objects.all().delete()
    with pytest.raises(LeaseLost):
        lease.write(reason="later still")


@pytest.mark.django_db
def test_lease_is_renewed_while_bytes_flow(monkeypatch: pytest.MonkeyPatch) -> None:
    PendingFileFactory.create()
    claimed = _claimed()
    lease = Lease(claimed)
    monkeypatch.setattr(claiming, "RENEW_SECONDS", 0.0)
    later = now() + timedelta(minutes=1)

    with time_machine.travel(later, tick=False):
        lease.beat()
        renewed_until = now() + LEASE

    file = File.objects.get()
    assert file.claimed_until == file.due_at == renewed_until
    lease.write(reason="still ours")


@pytest.mark.django_db
def test_lease_that_was_renewed_lately_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    PendingFileFactory.create()
    lease = Lease(_claimed())
    monkeypatch.setattr(claiming, "RENEW_SECONDS", 3600.0)

    with django_assert_num_queries(0):
        lease.beat()


@pytest.mark.django_db
def test_who_beats_too_late_hears_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    PendingFileFactory.create()
    lease = Lease(_claimed())
    monkeypatch.setattr(claiming, "RENEW_SECONDS", 0.0)
    with time_machine.travel(now() + LEASE + SECOND, tick=False):
        _claimed()

    with pytest.raises(LeaseLost):
        lease.beat()
