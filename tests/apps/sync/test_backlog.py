"""What waits for somebody is counted, and what does not is not."""

import pytest

from apps.kernel.clock import now
from apps.sync.backlog import Backlog, backlog
from apps.sync.types import ConflictState, Outcome
from tests.factories.sync import ConflictFactory, OperationFactory

pytestmark = pytest.mark.django_db


def test_open_conflicts_and_queued_operations_wait() -> None:
    ConflictFactory.create_batch(2)
    ConflictFactory.create(settled=ConflictState.DECIDED)
    OperationFactory.create(outcome=Outcome.QUEUED, due_at=now())
    OperationFactory.create()

    assert backlog() == Backlog(open_conflicts=2, queued=1)
