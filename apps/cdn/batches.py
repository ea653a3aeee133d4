"""Batches: purges that one request tells the CDN of, and what becomes of them."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, QuerySet

from apps.cdn import metrics
from apps.cdn.events import PurgeFinished, PurgeParted
from apps.cdn.models import Purge
from apps.cdn.types import MOST_SUBJECTS, PurgeState, Target
from apps.events.services import announce, announce_all
from apps.kernel import clock

# Longer than an answer takes to be made and to reach the CDN: one from before the change may have
# been stored right after the first time.
AGAIN_AFTER = timedelta(seconds=30)
# Rows looked at for one request.
_LOOKED_AT = 500


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one request says."""

    target: Target
    subjects: tuple[str, ...]
    # Those that it answers: for everything all that wait.
    purge_ids: tuple[int, ...]


def next_batch() -> Batch | None:
    """Return what is due, the longest overdue first; None where nothing is.

    Everything goes before all else, since it answers all else. What was refused in company goes
    alone.
    """
    if _due().filter(target=Target.EVERYTHING).exists():
        waiting = _pending().order_by().values_list("id", flat=True)
        return Batch(target=Target.EVERYTHING, subjects=(), purge_ids=tuple(waiting))
    due = list(_due().order_by("due_at", "id")[:_LOOKED_AT])
    return _batch_of(_company(due)) if due else None


def note_taken(batch: Batch) -> None:
    """Note that the CDN took it: what it took twice is done. Announces PurgeFinished."""
    moment = clock.now()
    rows = _pending().filter(id__in=batch.purge_ids)
    twice = list(rows.filter(taken_at__isnull=False))
    rows.filter(taken_at=None).update(
        taken_at=moment, due_at=moment + AGAIN_AFTER, last_problem="", updated_at=moment
    )
    _finish(twice, PurgeState.DONE, "")


def note_not_taken(batch: Batch, problem: str) -> None:
    """Note why it is still due."""
    _attempted(batch).update(
        attempt_count=F("attempt_count") + 1, last_problem=problem[:300], updated_at=clock.now()
    )


def note_refused(batch: Batch, problem: str) -> None:
    """Part what the CDN refused, until it is known which one it refuses; that one is given up.

    Announces PurgeFinished for what is given up, and PurgeParted for what is parted.
    """
    note_not_taken(batch, problem)
    rows = list(_attempted(batch).order_by("id"))
    is_of_one = len(rows) == 1 and len(rows[0].subjects) == 1
    if is_of_one or batch.target is Target.EVERYTHING:
        _finish(rows, PurgeState.REFUSED, problem)
    elif len(rows) > 1:
        _attempted(batch).update(is_alone=True)
    elif rows:
        _halve(rows[0])


def _pending() -> QuerySet[Purge]:
    return Purge.objects.filter(state=PurgeState.PENDING)


def _due() -> QuerySet[Purge]:
    return _pending().filter(due_at__lte=clock.now())


def _attempted(batch: Batch) -> QuerySet[Purge]:
    """Return the rows that the request was made for; not those that everything answers besides."""
    return _pending().filter(id__in=batch.purge_ids, target=batch.target)


def _company(due: list[Purge]) -> list[Purge]:
    """Return the first, with those behind it that may be told of in the same request."""
    first, subjects = due[0], set(due[0].subjects)
    if first.is_alone:
        return [first]
    company = [first]
    for row in due[1:]:
        together = subjects | set(row.subjects)
        if row.target == first.target and not row.is_alone and len(together) <= MOST_SUBJECTS:
            company.append(row)
            subjects = together
    return company


def _batch_of(rows: list[Purge]) -> Batch:
    subjects = dict.fromkeys(subject for row in rows for subject in row.subjects)
    return Batch(
        target=Target(rows[0].target),
        subjects=tuple(subjects),
        purge_ids=tuple(row.pk for row in rows),
    )


def _halve(row: Purge) -> None:
    middle = len(row.subjects) // 2
    part = Purge.objects.create(
        target=row.target,
        subjects=row.subjects[middle:],
        reason=row.reason,
        requested_by=row.requested_by,
        due_at=row.due_at,
        taken_at=row.taken_at,
        is_alone=True,
    )
    row.subjects, row.is_alone = row.subjects[:middle], True
    row.save(update_fields=["subjects", "is_alone", "updated_at"])
    announce(
        PurgeParted(purge_id=row.public_id, part_id=part.public_id, part_subjects=part.subjects)
    )


def _finish(rows: list[Purge], state: PurgeState, problem: str) -> None:
    moment, problem = clock.now(), problem[:300]
    Purge.objects.filter(id__in=[row.pk for row in rows]).update(
        state=state, due_at=None, finished_at=moment, last_problem=problem, updated_at=moment
    )
    announce_all(
        [PurgeFinished(purge_id=row.public_id, outcome=state, problem=problem) for row in rows]
    )
    metrics.FINISHED.labels(state).inc(len(rows))
