"""Claiming: a worker takes the file that is due and most urgent, under a lease that it renews."""

from datetime import timedelta
from time import monotonic

from django.db import connection, transaction

from apps.files.models import File
from apps.files.ports import purposes
from apps.files.types import FileState
from apps.kernel.clock import now

# Longer than the longest silence: a scanner that thinks, a storage that copies.
LEASE = timedelta(minutes=3)
RENEW_SECONDS = 20.0

# One look into the index for each purpose, however many files wait. Locked rows belong to another
# worker at this moment. Whoever takes a file counts as a failure until it is heard of again: a file
# that kills its worker is given up like any other that cannot be checked.
_CLAIM = """
UPDATE files_file SET claimed_until = %(until)s, due_at = %(until)s, failures = failures + 1
WHERE id = (
    SELECT due.id
    FROM unnest(%(purposes)s::text[], %(urgencies)s::int[]) AS asked(purpose, urgency)
    CROSS JOIN LATERAL (
        SELECT id, due_at FROM files_file
        WHERE state = 'pending' AND purpose = asked.purpose AND due_at <= %(now)s
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS due
    ORDER BY asked.urgency, due.due_at LIMIT 1
)
RETURNING id
"""


class LeaseLost(Exception):
    """The file is another worker's by now, or gone."""


@transaction.atomic
def claim_next() -> File | None:
    """Take the most urgent file that is due, under a lease; None where nothing is due."""
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": moment,
                "until": moment + LEASE,
                "purposes": [purpose.name for purpose in purposes],
                "urgencies": [int(purpose.urgency) for purpose in purposes],
            },
        )
        row = cursor.fetchone()
    return File.objects.select_related("owner").get(pk=row[0]) if row else None


class Lease:
    """The lease on a file: beaten while its bytes flow, and what it lets this worker write."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._renewed_at = monotonic()

    def beat(self) -> None:
        """Renew the lease where that is due; raises LeaseLost."""
        if monotonic() - self._renewed_at < RENEW_SECONDS:
            return
        until = now() + LEASE
        self.write(claimed_until=until, due_at=until)
        self._file.claimed_until = until
        self._renewed_at = monotonic()

    def write(self, **changes: object) -> None:
        """Change the file's row; raises LeaseLost where it is not ours any more."""
        ours = File.objects.filter(
            pk=self._file.pk, state=FileState.PENDING, claimed_until=self._file.claimed_until
        )
        if not ours.update(**changes, updated_at=now()):
            raise LeaseLost
